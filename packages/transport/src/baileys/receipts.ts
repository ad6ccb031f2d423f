import type { MessageId } from '@dripfleet/domain';
import type { SessionEvents } from '../session.ts';
import type { Acknowledgements } from './acknowledgements.ts';
import type { EventTap } from './tap-events.ts';

/** WhatsApp's ranks of what became of a message; below these it is not delivered. */
const delivered = 3;
const read = 4;

/**
 * Reports delivered and read messages, matched by id: a receipt may name the contact by another address than the one
 * that the message was sent to.
 */
export function reportReceipts(
  tap: EventTap,
  acknowledgements: Acknowledgements,
  report: SessionEvents['onReceipt'],
): void {
  tap.on('messages.update', (updates) => {
    for (const { key, update } of updates) {
      const status: number = update.status ?? 0;
      if (!key.id || key.fromMe === false || status < delivered) continue;
      acknowledgements.prove(key.id);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the brand is made here
      const messageId = key.id as MessageId;
      // Baileys has confirmed it already, stored or not.
      void report({ messageId, kind: status < read ? 'delivered' : 'read' });
    }
  });
}
