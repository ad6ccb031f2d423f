import type { WASocket } from '@whiskeysockets/baileys';
import { deferred } from '../deferred.ts';

/**
 * Resolves when everything that WhatsApp had kept for the device went through Baileys' handlers and out as events.
 *
 * The end of the kept items (`ib` / `offline`) says only that they arrived: Baileys takes them from a queue, decrypts
 * one after the other, and collects their events for up to 30 s. So when the end has come an item of ours goes into
 * that queue, which tells when it is taken, and then the collected events are let go. The item has no sender, so
 * Baileys drops it without an answer to the network.
 */
export function offlineItemsDone({ ws, ev }: WASocket): Promise<void> {
  const done = deferred();
  ws.once('CB:ib,,offline', () => {
    ws.emit('CB:receipt', {
      tag: 'receipt',
      attrs: { offline: '0' },
      get content() {
        // Outside of the handler that reads this: it is not finished with the item.
        queueMicrotask(() => {
          ev.flush();
          done.resolve();
        });
        return undefined;
      },
    });
  });
  return done.promise;
}
