import * as baileys from '@whiskeysockets/baileys';
import { expect, test } from 'vitest';
import { silentLogger } from '../src/baileys/silent-logger.ts';
import { tapEvents } from '../src/baileys/tap-events.ts';

test('a message is heard when Baileys emits it, also when its buffer is thrown away', () => {
  // Guards: a STOP that WhatsApp was told had arrived, in a session that ended before it had caught up.
  const ev = baileys.makeEventBuffer(silentLogger);
  const heard: string[] = [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the part of a socket that is tapped
  const tap = tapEvents({ ev } as baileys.WASocket);
  tap.on('messages.upsert', ({ messages }) => heard.push(messages[0]?.key.id ?? ''));
  ev.buffer();
  ev.emit('messages.upsert', { messages: [{ key: { id: 'stop' } }], type: 'append' });
  ev.destroy();
  expect(heard).toEqual(['stop']);
});
