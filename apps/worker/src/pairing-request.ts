import { durationMs } from '@dripfleet/domain';
import type { Pairing } from '@dripfleet/store';
import type { PairingChallenge } from '@dripfleet/transport';
import type { DeviceState } from './device-state.ts';

/** Between two looks at whether anybody still waits. */
const lookInterval = durationMs(2_000);

/** An operator's request while it is answered: shows the challenges, and notices when nobody waits any more. */
export class PairingRequest {
  readonly #state: DeviceState;
  readonly #pairing: Pairing;
  readonly #over = new AbortController();

  constructor(state: DeviceState, pairing: Pairing) {
    this.#state = state;
    this.#pairing = pairing;
    void this.#watch();
  }

  /** Aborts when the request was cancelled, replaced or has expired. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  end(): void {
    this.#over.abort();
  }

  /** Hands the operator what to scan or to type, encrypted. Never throws. */
  async show({ content, validFor: ttl }: PairingChallenge): Promise<void> {
    const { deps, context } = this.#state;
    const { deviceId } = context.claim;
    const { requestedAt } = this.#pairing;
    try {
      const challenge = await deps.sealChallenge({ deviceId, requestedAt }, content);
      const shown = { requestedAt, challenge, ttl };
      const outcome = await deps.store.showChallenge(context.claim, shown);
      if (outcome !== 'shown') this.#over.abort();
    } catch (error) {
      // The next one rotates in within a minute.
      deps.observe({ kind: 'problem', where: 'pairing', deviceId, error });
    }
  }

  async #watch(): Promise<void> {
    const { deps, context, signal } = this.#state;
    const ended = AbortSignal.any([signal, this.#over.signal]);
    while (!ended.aborted) {
      await deps.clock.sleep(lookInterval, ended).catch(() => {});
      if (ended.aborted) return;
      try {
        const now = await deps.store.findPairing(context.claim.deviceId);
        if (now?.requestedAt !== this.#pairing.requestedAt) this.#over.abort();
      } catch {
        // Asked again; the phone may have it meanwhile.
      }
    }
  }
}
