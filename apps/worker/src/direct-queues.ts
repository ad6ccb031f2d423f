import type { DeviceId } from '@dripfleet/domain';
import { type DeviceQueue, type FetchedJob, jobId } from '@dripfleet/queue';
import type { Dispatch, QueuedRow } from '@dripfleet/store';
import type { DeviceQueues } from './device-queues.ts';

/** `left`: the device went away before it took the row, which is queued still. */
export type HandOutcome = 'done' | 'left';

type Handed = Readonly<{ row: Dispatch; settle(outcome: HandOutcome): void }>;

/** What one device worker has: a row on its way to it, and one in its hand. */
type Slot = { waiting: Handed | undefined; inHand: Handed | undefined };

/**
 * What device workers have instead of BullMQ's queues when the direct processor serves their devices: at most one row
 * each, handed to them by the processor of the same process. Postgres alone says what is queued.
 */
export class DirectQueues implements DeviceQueues {
  readonly #findQueued: (device: DeviceId) => Promise<readonly QueuedRow[]>;
  readonly #slots = new Map<DeviceId, Slot>();

  constructor(findQueued: (device: DeviceId) => Promise<readonly QueuedRow[]>) {
    this.#findQueued = findQueued;
  }

  /** Resolves when the device worker is done with the row, or there is none that could take it. Wake it after the call. */
  hand(row: Dispatch): Promise<HandOutcome> {
    const slot = this.#slots.get(row.deviceId);
    if (!slot) return Promise.resolve('left');
    return new Promise((settle) => {
      slot.waiting = { row, settle };
    });
  }

  open(device: DeviceId): DeviceQueue {
    const slot: Slot = { waiting: undefined, inHand: undefined };
    this.#slots.set(device, slot);
    return {
      fetch: async () => await Promise.resolve(take(slot)),
      complete: async () => await Promise.resolve(finish(slot)),
      completeAndFetch: async () => {
        finish(slot);
        return await Promise.resolve(take(slot));
      },
      clear: async () => {
        finish(slot);
        // Of an earlier owner, or of the other engine: whatever is queued, nobody has it in hand.
        return await this.#findQueued(device);
      },
      close: async () => {
        finish(slot);
        slot.waiting?.settle('left');
        // Its successor may have opened already.
        if (this.#slots.get(device) === slot) this.#slots.delete(device);
        await Promise.resolve();
      },
    };
  }

  /** A device's rows are in Postgres, and nowhere else. */
  async empty(): Promise<void> {}

  findWaiting(devices: readonly DeviceId[]): Promise<readonly DeviceId[]> {
    return Promise.resolve(devices.filter((device) => this.#slots.get(device)?.waiting));
  }

  /** The processor looks when its time has come. */
  nudge(): void {}
}

function take(slot: Slot): FetchedJob | undefined {
  const handed = slot.waiting;
  if (!handed) return undefined;
  slot.waiting = undefined;
  slot.inHand = handed;
  const { sequenceContactId, dispatchSeq, stepKey } = handed.row;
  return {
    id: jobId(sequenceContactId, dispatchSeq),
    payload: { sequenceContactId, dispatchSeq, stepKey },
  };
}

function finish(slot: Slot): boolean {
  const { inHand } = slot;
  slot.inHand = undefined;
  inHand?.settle('done');
  return inHand !== undefined;
}
