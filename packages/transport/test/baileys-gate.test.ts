import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { durationMs, type NotSentReason } from '@dripfleet/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { contact, type Lab, open, openLab } from './baileys-lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(async () => await lab.simulator.stop());

test('every frame that WhatsApp gets was asked for at the gate, from the first to the last', async () => {
  // Guards: a Baileys that keeps its socket elsewhere or writes around it, so that a fenced worker could still send.
  const line = await countingLine(lab.simulator.whatsappUrl);
  const device = await lab.device();
  const over = await lab.transport({ url: line.url });
  let asked = 0;
  const { session } = await lab.connect(device, {
    over,
    gate: () => {
      asked += 1;
      return undefined;
    },
  });
  await session.send(device.message(), open);
  await session.send(device.message(), open);
  await session.close();
  await line.close();
  // Not for frames: before and after the identity is read, and once at the start of each send.
  expect(asked - 4).toBe(line.frames());
  expect(line.frames()).toBeGreaterThan(10);
});

test.each([3, 4, 5, 6, 8, 10, 12, 15])(
  'after the gate has closed at its question %i no frame leaves, and nothing is thrown where nobody catches',
  async (last) => {
    // Guards: a rejection in one of Baileys' listeners, which would end the worker and all its sessions.
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const line = await countingLine(lab.simulator.whatsappUrl);
    const device = await lab.device();
    await lab.simulator
      .say({ from: '+15559990001', device: device.phone, text: 'hi' })
      .catch(() => {});
    let asked = 0;
    let framesAtClose: number | undefined;
    const gate = (): NotSentReason | undefined => {
      asked += 1;
      if (asked <= last) return undefined;
      framesAtClose ??= asked;
      return 'fenced';
    };
    const over = await lab.transport({ url: line.url });
    const opened = await lab.connect(device, { over, gate }).catch((error: unknown) => error);
    if (!(opened instanceof Error)) await (opened as Awaited<ReturnType<Lab['connect']>>).end;
    await line.close();
    expect(framesAtClose).toBe(last + 1);
    expect(line.frames()).toBeLessThanOrEqual(last - 2);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  },
);

test('what has left can not be kept from leaving: its gate ends no session that waits for the answer', async () => {
  // Guards: a session that is cut, and its message in doubt, because a contact wrote stop while the answer was on its way.
  const device = await lab.device();
  const timings = { ackTimeout: durationMs(2_000), connectTimeout: durationMs(10_000) };
  const over = await lab.transport({ timings });
  const { session, ends, untilHeard } = await lab.connect(device, { over });
  await session.send(device.message(), open);
  await lab.simulator.strike({ on: 'message', do: 'hang', device: device.phone });
  let hasLeft = false;
  const message = device.message();
  const sending = session.send(message, () => (hasLeft ? 'opted_out' : undefined));
  await lab.simulator.untilSeen(
    (line) => line.event === 'message' && line['id'] === message.messageId,
  );
  const says = async (text: string) => {
    await lab.simulator.say({ from: contact, device: device.phone, text });
  };
  await says('a moment');
  await untilHeard(1);
  hasLeft = true;
  await says('stop');
  await untilHeard(2);
  await sending;
  expect(ends).toEqual([]);
  expect(await session.send(device.message(), open)).toMatchObject({ kind: 'accepted' });
  await session.close();
});

/** A line to WhatsApp that counts what goes out over it. */
async function countingLine(to: string) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let frames = 0;
  const ends: Promise<unknown>[] = [];
  server.on('connection', (near) => {
    const far = new WebSocket(to, { perMessageDeflate: false });
    const connected = once(far, 'open');
    ends.push(once(near, 'close'));
    near.on('message', (data: Buffer) => {
      frames += 1;
      void connected.then(() => far.send(data));
    });
    near.on('close', () => far.terminate());
    far.on('message', (data: Buffer) => near.send(data));
    far.on('close', () => near.terminate());
    far.on('error', () => near.terminate());
  });
  return {
    url: `ws://127.0.0.1:${port}/ws/chat`,
    frames: () => frames,
    close: async () => {
      await Promise.all(ends);
      server.close();
    },
  };
}
