import {
  type DeviceId,
  earliestSend,
  longestWindow,
  type PacingPolicy,
  type Transmission,
  transmissionGuard,
} from '@dripfleet/domain';
import type { PastTransmission } from '@dripfleet/store';

/** A transmission under way; its answer settles how long it counts. */
export type Underway = { readonly at: number; until: number };

/**
 * When one device may send next: its recent transmissions in memory, on the monotonic clock, and the policy. Loaded from
 * Postgres after the claim committed, so that an earlier owner's count as well.
 */
export class DevicePacer {
  readonly #device: DeviceId;
  readonly #policy: PacingPolicy;
  #history: Underway[];
  #drawn = 0;

  /** `past` holds ages; `monotonic` is the clock after they were read, so that none is taken for older than it is. */
  constructor(
    device: DeviceId,
    policy: PacingPolicy,
    { past, monotonic }: { past: readonly PastTransmission[]; monotonic: number },
  ) {
    this.#device = device;
    this.#policy = policy;
    this.#history = past.map(({ begun, acked }) => ({
      at: monotonic - (acked ?? begun),
      until: acked === undefined ? monotonic - begun + transmissionGuard : monotonic - acked,
    }));
    this.#sort();
  }

  /** The monotonic ms from which the next message may be decided. The same until something is transmitted. */
  get earliest(): number {
    return earliestSend(this.#history, this.#policy, `${this.#device}:${this.#drawn}`);
  }

  /** Counts a transmission whose decision is made at `at`, as long as it may take until its answer is known. */
  begin(at: number): Underway {
    this.#forget(at);
    const underway = { at, until: at + transmissionGuard };
    this.#history.push(underway);
    this.#drawn += 1;
    return underway;
  }

  /** The network answered at `answeredAt`: it can't have counted the message later than that. */
  answered(underway: Underway, answeredAt: number): void {
    underway.until = answeredAt;
    this.#sort();
  }

  /** It is certain that nothing left. */
  drop(underway: Underway): void {
    this.#history = this.#history.filter((one) => one !== underway);
  }

  #forget(now: number): void {
    const horizon = now - longestWindow(this.#policy);
    const first = this.#history[0];
    if (first && first.until < horizon) {
      this.#history = this.#history.filter(({ until }) => until >= horizon);
    }
  }

  /** Almost always in order already: only an answer that never came stands out. */
  #sort(): void {
    const last: Transmission | undefined = this.#history.at(-1);
    const previous = this.#history.at(-2);
    if (last && previous && previous.until <= last.until && this.#drawn > 0) return;
    this.#history.sort((a, b) => a.until - b.until);
  }
}
