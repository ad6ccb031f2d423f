import type { DeviceId, MessageId } from '@dripfleet/domain';
import type { Receipt } from '@dripfleet/store';
import type { Taken } from '@dripfleet/transport';
import type { Definitions } from './definitions.ts';
import type { Observe } from './events.ts';
import { sentRow } from './finish-row.ts';
import type { WorkerStore } from './worker-store.ts';

/** Stores what recipients' phones report. A receipt for an open delivery proves it: it is finished on the usual path. */
export class Receipts {
  readonly #store: WorkerStore;
  readonly #definitions: Definitions;
  readonly #observe: Observe;
  readonly #inFlight: ReadonlySet<MessageId>;
  readonly #underway = new Map<DeviceId, Set<Promise<Taken>>>();

  constructor(deps: {
    store: WorkerStore;
    definitions: Definitions;
    observe: Observe;
    inFlight: ReadonlySet<MessageId>;
  }) {
    this.#store = deps.store;
    this.#definitions = deps.definitions;
    this.#observe = deps.observe;
    this.#inFlight = deps.inFlight;
  }

  /** Resolves when it is stored, or can't be; never rejects. */
  receive(deviceId: DeviceId, receipt: Receipt): Promise<Taken> {
    const recording = this.#record(deviceId, receipt).then(
      (): Taken => 'stored',
      (error: unknown): Taken => {
        // Lost with it, where it does not come again: only the time of delivery. What is open stays open, and is recovered.
        this.#observe({ kind: 'problem', where: 'receipts', deviceId, error });
        return 'not_stored';
      },
    );
    const underway = this.#underway.get(deviceId) ?? new Set();
    this.#underway.set(deviceId, underway);
    underway.add(recording);
    void recording.finally(() => {
      underway.delete(recording);
      if (underway.size === 0) this.#underway.delete(deviceId);
    });
    return recording;
  }

  /** Resolves when all receipts that came so far for the device are stored. */
  async flushed(deviceId: DeviceId): Promise<void> {
    const underway = this.#underway.get(deviceId);
    if (underway) await Promise.all(underway);
  }

  async #record(deviceId: DeviceId, receipt: Receipt): Promise<void> {
    const received = await this.#store.recordReceipt(receipt);
    // The answer to a message that is being sent comes on its own way, most often right behind.
    if (!received?.isOpen || this.#inFlight.has(receipt.messageId)) return;
    await this.#store.finishing(received.sequenceContactId);
    const definition = await this.#definitions.get(received);
    const { sequenceContactId, stepKey } = received;
    const outcome = await this.#store.finish(sentRow({ sequenceContactId, stepKey, definition }));
    if (outcome === 'stored') {
      this.#observe({ kind: 'delivery.settled', deviceId, sequenceContactId, by: 'receipt' });
    }
  }
}
