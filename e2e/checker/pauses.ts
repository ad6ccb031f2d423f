import type { Action } from './action.ts';

export interface Pause {
  /** Epoch ms: when it was committed, and when an operator was about to end it. */
  readonly from: number;
  readonly until: number;
}

/** When an operator held which devices. */
export class Pauses {
  readonly #ofDevice = new Map<string, Pause[]>();

  constructor(actions: readonly Action[]) {
    for (const action of actions) {
      if (action.action !== 'pause' && action.action !== 'resume') continue;
      for (const device of action.devices) this.#take(device, action);
    }
  }

  /** How many there were; one for each device. */
  get count(): number {
    return [...this.#ofDevice.values()].reduce((sum, pauses) => sum + pauses.length, 0);
  }

  at(device: string, t: number): Pause | undefined {
    return this.#ofDevice.get(device)?.find(({ from, until }) => from <= t && t < until);
  }

  /** Whether nobody resumed the device: its contacts wait, and must. */
  neverEnds(device: string): boolean {
    return this.#ofDevice.get(device)?.at(-1)?.until === Number.POSITIVE_INFINITY;
  }

  /** A second pause changes nothing, nor does a resume of what runs. */
  #take(device: string, { action, t }: { action: 'pause' | 'resume'; t: number }): void {
    const pauses = this.#ofDevice.get(device) ?? [];
    this.#ofDevice.set(device, pauses);
    const open = this.neverEnds(device) ? pauses.pop() : undefined;
    if (action === 'pause') pauses.push(open ?? { from: t, until: Number.POSITIVE_INFINITY });
    else if (open !== undefined) pauses.push({ ...open, until: t });
  }
}
