import { EventEmitter } from 'node:events';
import type { BaileysEventMap, WASocket } from '@whiskeysockets/baileys';

type Tapped = Pick<BaileysEventMap, 'messages.upsert' | 'messages.update'>;

/** Messages and receipts, in the tick in which Baileys emits them. Listeners must not throw. */
export type EventTap = Readonly<{
  on<Name extends keyof Tapped>(name: Name, listener: (payload: Tapped[Name]) => void): void;
}>;

/**
 * Taps a socket before its event buffer. WhatsApp has been told that these arrived, but Baileys collects them until it
 * has caught up, and throws away what it has collected when the connection ends before.
 */
export function tapEvents({ ev }: WASocket): EventTap {
  const tap = new EventEmitter();
  const emit = ev.emit.bind(ev);
  ev.emit = (name, payload) => {
    if (name === 'messages.upsert' || name === 'messages.update') tap.emit(name, payload);
    return emit(name, payload);
  };
  return {
    on: (name, listener) => {
      tap.on(name, listener);
    },
  };
}
