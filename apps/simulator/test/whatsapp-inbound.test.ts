import { expect, it } from 'vitest';
import { openLab } from './lab.ts';
import { madeUpDevice } from './memory-auth.ts';
import { WhatsappClient } from './whatsapp-client.ts';

const device = '+15550000001';
const ana = '+15559990001';
const DELIVERED = 3;

it.each(['pn', 'lid'] as const)(
  'a contact writes by %s, and the client knows the number',
  async (address) => {
    await using lab = await openLab({ registerUnknown: true });
    await using client = await new WhatsappClient(lab.port, madeUpDevice(device)).untilOpen();
    await lab.post('/say', { from: ana, device, text: 'STOP', address });
    const { type, message } = await client.untilMessage('STOP');
    const names = [message.key.remoteJid, message.key.remoteJidAlt];
    const [pn, lid] = ['15559990001@s.whatsapp.net', '7715559990001@lid'];
    expect([type, ...names]).toEqual(address === 'lid' ? ['notify', lid, pn] : ['notify', pn, lid]);
    expect(lab.lines('inbound')).toEqual([{ event: 'inbound', device, from: ana, text: 'STOP' }]);
  },
);

it('half the contacts are named by LID, each of them always', async () => {
  await using lab = await openLab({ registerUnknown: true });
  await using client = await new WhatsappClient(lab.port, madeUpDevice(device)).untilOpen();
  const named = new Map<string, string>();
  for (let i = 10; i < 30; i += 1) {
    const from = `+155599900${i}`;
    await lab.post('/say', { from, device, text: `from ${i}` });
    const { message } = await client.untilMessage(`from ${i}`);
    named.set(from, message.key.remoteJid?.split('@')[1] ?? '');
  }
  const lids = [...named.values()].filter((server) => server === 'lid').length;
  expect(lids).toBeGreaterThan(3);
  expect(lids).toBeLessThan(17);
});

// Guards against a STOP that is lost because its reader was away, and one that is read twice.
it('what came while a client was away comes at its next login, marked, and then no more', async () => {
  await using lab = await openLab({ registerUnknown: true });
  const auth = madeUpDevice(device);
  const first = await new WhatsappClient(lab.port, auth).untilOpen();
  await first.end();
  await lab.untilStats((stats) => stats['open'] === 0);
  const answer = await lab.post('/say', { from: ana, device, text: 'STOP' });
  expect(answer.body).toMatchObject({ delivery: 'kept' });
  const second = await new WhatsappClient(lab.port, auth).untilOpen();
  expect((await second.untilMessage('STOP')).type).toBe('append');
  await lab.untilStats((stats) => stats['kept'] === 0);
  await second.end();
  await using third = await new WhatsappClient(lab.port, auth).untilOpen();
  await lab.post('/say', { from: ana, device, text: 'still there?' });
  await third.untilMessage('still there?');
  const texts = third.seen.flatMap((seen) =>
    seen.kind === 'message' ? [seen.message.message?.conversation] : [],
  );
  expect(texts).toEqual(['still there?']);
});

// Guards against a message that is lost with the client that was reading it.
it('what a dying client did not confirm comes again', async () => {
  await using lab = await openLab({ registerUnknown: true });
  const auth = madeUpDevice(device);
  const dying = await new WhatsappClient(lab.port, auth).untilOpen();
  const disk = auth.snapshot();
  const socket = socketOf(dying);
  socket.pause();
  const answer = await lab.post('/say', { from: ana, device, text: 'STOP' });
  expect(answer.body).toMatchObject({ delivery: 'sent' });
  socket.terminate();
  await dying.end();
  expect(await lab.stats()).toMatchObject({ kept: 1 });
  await using next = await new WhatsappClient(lab.port, disk).untilOpen();
  expect((await next.untilMessage('STOP')).type).toBe('append');
  await lab.untilStats((stats) => stats['kept'] === 0);
});

it('receipts that came while a client was away come at its next login', async () => {
  const slow = { minMs: 60, maxMs: 60 };
  const latency = { ack: { minMs: 1, maxMs: 1 }, receipt: slow, readShare: 0 };
  await using lab = await openLab({ registerUnknown: true, latency });
  const auth = madeUpDevice(device);
  const first = await new WhatsappClient(lab.port, auth).untilOpen();
  await first.send(ana, 'A1');
  await first.untilAcked('A1');
  await first.end();
  await lab.untilStats((stats) => stats['delivered'] === 1 && stats['open'] === 0);
  expect(await lab.stats()).toMatchObject({ kept: 1 });
  await using second = await new WhatsappClient(lab.port, auth).untilOpen();
  await second.untilStatus('A1', DELIVERED);
  await lab.untilStats((stats) => stats['kept'] === 0);
});

// Guards against a reply that is lost because the client's session is broken: phones send again when asked.
it('a message the client cannot read is sent again in a new session', async () => {
  await using lab = await openLab({ registerUnknown: true });
  const auth = madeUpDevice(device);
  const disk = auth.snapshot();
  const first = await new WhatsappClient(lab.port, auth).untilOpen();
  await lab.post('/say', { from: ana, device, text: 'one' });
  await first.untilMessage('one');
  await first.send(ana, 'A1');
  await first.untilStatus('A1', DELIVERED);
  await lab.post('/say', { from: ana, device, text: 'two' });
  await first.untilMessage('two');
  await first.end();
  // The disk of before has neither the session nor the keys it was begun with.
  await using second = await new WhatsappClient(lab.port, disk, {
    retryRequestDelayMs: 1,
  }).untilOpen();
  await lab.post('/say', { from: ana, device, text: 'STOP' });
  expect((await second.untilMessage('STOP')).type).toBe('notify');
  await lab.untilStats((stats) => stats['kept'] === 0);
  expect(await lab.stats()).toMatchObject({ client_retries: 1 });
});

it('tells a client that the account may not write to new contacts', async () => {
  await using lab = await openLab({ registerUnknown: true });
  await using client = await new WhatsappClient(lab.port, madeUpDevice(device)).untilOpen();
  expect((await lab.post('/timelock', { device, active: true, seconds: 60 })).status).toBe(200);
  const lock = await client.until((seen) =>
    seen.kind === 'update' ? seen.update.reachoutTimeLock : undefined,
  );
  expect(lock).toMatchObject({ isActive: true });
  expect(await client.socket.fetchAccountReachoutTimelock()).toMatchObject({ isActive: true });
  await lab.untilStats((stats) => stats['kept'] === 0);
});

/** The WebSocket under a client. */
function socketOf(client: WhatsappClient): { pause(): void; terminate(): void } {
  const { ws } = client.socket as unknown as {
    ws: { socket: { pause(): void; terminate(): void } };
  };
  return ws.socket;
}
