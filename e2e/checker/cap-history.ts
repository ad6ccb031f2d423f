import type { Action } from './action.ts';
import type { Cap } from './plan.ts';

/** Caps in force from an instant on, until the next version's. */
interface Version {
  readonly from: number;
  readonly caps: readonly Cap[];
}

/** Which caps held for which device when: the plan's, until an operator changed them. */
export class CapHistory {
  readonly #first: Version;
  readonly #ofDevice = new Map<string, readonly Version[]>();

  constructor(planned: readonly Cap[], actions: readonly Action[]) {
    this.#first = { from: Number.NEGATIVE_INFINITY, caps: planned };
    for (const action of actions) {
      if (action.action !== 'caps') continue;
      for (const device of action.devices) {
        const version = { from: action.t, caps: action.caps };
        this.#ofDevice.set(device, [...this.#versionsOf(device), version]);
      }
    }
  }

  /** Every cap that held for any device at any time, once; the plan's first. */
  get caps(): readonly Cap[] {
    const changed = [...this.#ofDevice.values()].flat().flatMap(({ caps }) => caps);
    const all = [...this.#first.caps, ...changed];
    return [...new Map(all.map((cap) => [keyOf(cap), cap])).values()];
  }

  /** Whether the cap held for the device at any time. */
  applies(cap: Cap, device: string): boolean {
    return this.#versionsOf(device).some((version) => holds(version, cap));
  }

  /**
   * How many transmissions a window of this cap that ends at `t` may hold; undefined if the cap does not hold then.
   *
   * What went out before a change was decided under other caps. A window that reaches back over one is judged by the
   * loosest of its caps; one that begins after it, by the cap alone.
   */
  allowance(cap: Cap, device: string, t: number): number | undefined {
    const versions = this.#versionsOf(device);
    const now = versions.findLastIndex(({ from }) => from <= t);
    const current = versions[now];
    if (current === undefined || !holds(current, cap)) return undefined;
    const begin = t - cap.windowMs;
    const before = versions
      .slice(0, now)
      .filter((_, i) => (versions[i + 1]?.from ?? begin) > begin);
    return Math.max(cap.max, ...before.map((version) => mostIn(cap.windowMs, version)));
  }

  #versionsOf(device: string): readonly Version[] {
    return this.#ofDevice.get(device) ?? [this.#first];
  }
}

/** The most that caps allow in a window of another length: as many of their own windows as cover it, all full. */
function mostIn(windowMs: number, { caps }: Version): number {
  return Math.min(...caps.map((cap) => cap.max * Math.ceil(windowMs / cap.windowMs)));
}

function holds({ caps }: Version, cap: Cap): boolean {
  return caps.some((other) => keyOf(other) === keyOf(cap));
}

function keyOf({ max, windowMs }: Cap): string {
  return `${max}/${windowMs}`;
}
