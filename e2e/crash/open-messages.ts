import type { MessageId, SequenceContactId } from '@dripfleet/domain';
import type { OpenDelivery } from '@dripfleet/store';

/** The deliveries that recovery has found open: what is done with them is done in recovery. */
export class OpenMessages {
  readonly #rows = new Set<SequenceContactId>();
  readonly #messages = new Set<MessageId>();

  found(deliveries: readonly OpenDelivery[]): void {
    for (const { sequenceContactId, messageId } of deliveries) {
      this.#rows.add(sequenceContactId);
      this.#messages.add(messageId);
    }
  }

  finished(row: SequenceContactId): void {
    this.#rows.delete(row);
  }

  hasRow(row: SequenceContactId): boolean {
    return this.#rows.has(row);
  }

  hasMessage(message: MessageId): boolean {
    return this.#messages.has(message);
  }
}
