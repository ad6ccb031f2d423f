import type { DeviceId } from '@dripfleet/domain';
import { jobId, type DeviceQueue } from '@dripfleet/queue';
import type { Dispatch, QueuedRow } from '@dripfleet/store';
import type { DeviceQueues } from './device-queues.ts';

/** A row in a device's hand or on its way there. */
type Handed = Readonly<{ row: Dispatch; settle(outcome: HandOutcome): void }>;

/** `left`: the device went away before it took the row, which is queued still. */
export type HandOutcome = 'done' | 'left';

/**
 * What device workers have instead of BullMQ's queues when the direct processor serves their devices: at most one row
 * each, handed to them by the processor of the same process. Postgres alone says what is queued.
 */
export class DirectQueues implements DeviceQueues {
  readonly #findQueued: (device: DeviceId) => Promise<readonly QueuedRow[]>;
  readonly #waiting = new Map<DeviceId, Handed>();
  readonly #inHand = new Map<DeviceId, Handed>();

  constructor(findQueued: (device: DeviceId) => Promise<readonly QueuedRow[]>) {
    this.#findQueued = findQueued;
  }

  /** Resolves when the device worker is done with the row, or has ended without taking it. Wake it after the call. */
  hand(row: Dispatch): Promise<HandOutcome> {
    return new Promise((settle) => {
      this.#waiting.set(row.deviceId, { row, settle });
    });
  }

  open(device: DeviceId): DeviceQueue {
    return {
      fetch: async () => {
        const handed = this.#waiting.get(device);
        if (!handed) return await Promise.resolve(undefined);
        this.#waiting.delete(device);
        this.#inHand.set(device, handed);
        const { sequenceContactId, dispatchSeq, stepKey } = handed.row;
        const payload = { sequenceContactId, dispatchSeq, stepKey };
        return { id: jobId(sequenceContactId, dispatchSeq), payload };
      },
      complete: async () => await Promise.resolve(this.#end(this.#inHand, device, 'done')),
      clear: async () => {
        this.#end(this.#inHand, device, 'done');
        // Of an earlier owner, or of the other engine: whatever is queued, nobody has it in hand.
        return await this.#findQueued(device);
      },
      close: async () => {
        this.#end(this.#inHand, device, 'done');
        this.#end(this.#waiting, device, 'left');
        await Promise.resolve();
      },
    };
  }

  /** A device's rows are in Postgres, and nowhere else. */
  async empty(): Promise<void> {}

  findWaiting(devices: readonly DeviceId[]): Promise<readonly DeviceId[]> {
    return Promise.resolve(devices.filter((device) => this.#waiting.has(device)));
  }

  /** The processor looks when its time has come. */
  nudge(): void {}

  #end(place: Map<DeviceId, Handed>, device: DeviceId, outcome: HandOutcome): boolean {
    const handed = place.get(device);
    place.delete(device);
    handed?.settle(outcome);
    return handed !== undefined;
  }
}
