import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { FleetDevice } from '../wire.ts';

type BoardQueue = ConstructorParameters<typeof BullMQAdapter>[0];

/**
 * A device's queue on the board, under the device's name and with its state as an operator knows it. Read-only: pause and
 * drain belong to the device, with a reason and an audit, and a job that is removed here only comes again.
 */
export class DeviceQueueAdapter extends BullMQAdapter {
  readonly #name: string;
  readonly #find: () => FleetDevice | undefined;

  constructor(
    queue: BoardQueue,
    { name, find }: Readonly<{ name: string; find(): FleetDevice | undefined }>,
  ) {
    super(queue, { readOnlyMode: true });
    this.#name = name;
    this.#find = find;
  }

  /** The list at the side, its filter and the addresses show this one: nobody knows devices by their numbers. */
  override getName(): string {
    return this.#name;
  }

  override getDisplayName(): string {
    const device = this.#find();
    return device ? `${device.name} · ${device.condition}` : this.#name;
  }

  override getDescription(): string {
    const device = this.#find();
    if (!device) return '';
    const { why, host, due } = device;
    return [why, host && `on ${host}`, due > 0 && `${due} more due`].filter(Boolean).join(' · ');
  }

  /** BullMQ would ask Redis for all its clients. Workers hold no connection for each queue: the owner is the answer. */
  override async getWorkers(): Promise<null> {
    return null;
  }

  /** What is paused is the device, in Postgres; the board shows that. */
  override async isPaused(): Promise<boolean> {
    const condition = this.#find()?.condition;
    return condition === 'paused' || condition === 'draining' || condition === 'drained';
  }
}
