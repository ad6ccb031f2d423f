import { once } from 'node:events';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openLab } from './lab.ts';

/** Sends bytes to the WhatsApp end; resolves when the server has closed. */
async function sendBytes(port: number, ...messages: readonly Buffer[]): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/chat`);
  socket.on('error', () => {});
  await once(socket, 'open');
  for (const message of messages) socket.send(message);
  await once(socket, 'close');
}

const INTRO = Buffer.from('WA\x06\x03');

// Guards against a stranger's bytes that end the network, or stand in its ledger.
it.each([
  ['no introduction', [Buffer.from('GET / HTTP/1.1')]],
  ['no client hello', [Buffer.concat([INTRO, Buffer.from([0, 0, 4, 1, 2, 3, 4])])]],
  ['an empty frame', [Buffer.concat([INTRO, Buffer.from([0, 0, 0])])]],
  ['a frame without end', [Buffer.concat([INTRO, Buffer.from([0xff, 0xff, 0xff, 0])])]],
  ['a routing prefix without end', [Buffer.from([0x45, 0x44, 0, 1, 0xff, 0xff, 0xff])]],
  ['a message without end', [Buffer.alloc(2 * 1024 * 1024)]],
])('a client that sends %s is closed and leaves no trace', async (_what, messages) => {
  await using lab = await openLab();
  await sendBytes(lab.port, ...messages);
  expect(lab.ledger()).toEqual([]);
  expect(await lab.stats()).toMatchObject({ connects: 0, logins: 0, open: 0 });
});

it('a text frame is closed, too', async () => {
  await using lab = await openLab();
  await sendBytes(lab.port, Buffer.from('{"message":{}}'));
  expect(lab.ledger()).toEqual([]);
});
