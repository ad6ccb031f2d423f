import { expect, it } from 'vitest';
import { openLab } from './lab.ts';
import { unpairedDevice } from './memory-auth.ts';
import { WhatsappClient } from './whatsapp-client.ts';

const device = '+15550000001';
const ana = '+15559990001';
const DELIVERED = 3;

it('a scanned QR links a device: restart, login, history, a message', async () => {
  await using lab = await openLab();
  const auth = unpairedDevice();
  const pairing = new WhatsappClient(lab.port, auth);
  const answer = await lab.post('/scan', { qr: await pairing.untilQr(), device });
  expect(answer.status).toBe(200);
  expect(await pairing.untilClosed()).toBe(515);
  expect(auth.creds.me?.id).toBe('15550000001:1@s.whatsapp.net');
  await using client = await new WhatsappClient(lab.port, auth).untilOpen();
  await client.send(ana, 'A1', 'linked');
  await client.untilStatus('A1', DELIVERED);
  await lab.post('/say', { from: ana, device, text: 'hello' });
  await client.untilMessage('hello');
  // Only the history lets a client tell of messages at once, and it counts it.
  expect(auth.creds.accountSyncCounter).toBe(1);
  expect(lab.ledger().map((line) => line['event'])).toEqual([
    'paired',
    'connect',
    'message',
    'ack',
    'delivered',
    'read',
    'inbound',
  ]);
  expect(await lab.stats()).toMatchObject({ paired: 1, logins: 1, queries: expect.any(Number) });
});

it('a typed code links a device', async () => {
  await using lab = await openLab();
  const auth = unpairedDevice();
  const pairing = new WhatsappClient(lab.port, auth);
  await pairing.untilQr();
  const code = await pairing.socket.requestPairingCode(device.slice(1));
  await untilAsked(async () => await lab.post('/code', { code, device }));
  expect(await pairing.untilClosed()).toBe(515);
  await using client = await new WhatsappClient(lab.port, auth).untilOpen();
  await client.send(ana, 'A1', 'linked');
  await client.untilStatus('A1', DELIVERED);
  expect(lab.lines('paired')).toEqual([{ event: 'paired', device }]);
});

// Guards against a pairing that any code would do for.
it('a wrong code links nothing, and the right one does afterwards', async () => {
  await using lab = await openLab();
  await using pairing = new WhatsappClient(lab.port, unpairedDevice());
  await pairing.untilQr();
  const code = await pairing.socket.requestPairingCode(device.slice(1), 'ABCDEFGH');
  await untilAsked(async () => await lab.post('/code', { code: 'ABCDEFGJ', device }));
  await untilAsked(async () => await lab.post('/code', { code, device }));
  expect(await pairing.untilClosed()).toBe(515);
  expect(await lab.stats()).toMatchObject({ paired: 1 });
});

it('an old QR, or a number nobody asked a code for, is not found', async () => {
  await using lab = await openLab();
  const pairing = new WhatsappClient(lab.port, unpairedDevice());
  const qr = await pairing.untilQr();
  await pairing.end();
  await untilAsked(async () => {
    const { status } = await lab.post('/scan', { qr, device });
    return { status: status === 404 ? 200 : 404 };
  });
  expect((await lab.post('/code', { code: 'ABCDEFGH', device })).status).toBe(404);
  expect(lab.ledger()).toEqual([]);
});

it('a client that logs out is unlinked and cannot log in again', async () => {
  await using lab = await openLab();
  const auth = unpairedDevice();
  const pairing = new WhatsappClient(lab.port, auth);
  await lab.post('/scan', { qr: await pairing.untilQr(), device });
  await pairing.untilClosed();
  const client = await new WhatsappClient(lab.port, auth).untilOpen();
  await client.socket.logout().catch(() => {});
  expect(await client.untilClosed()).toBe(401);
  await lab.untilStats((stats) => stats['open'] === 0);
  expect(lab.lines('unpaired')).toEqual([{ event: 'unpaired', device }]);
  await using again = new WhatsappClient(lab.port, auth);
  expect(await again.untilClosed()).toBe(401);
});

it('pairing a number anew gives another device of the account, and the old one stays linked', async () => {
  await using lab = await openLab();
  const auths = [unpairedDevice(), unpairedDevice()];
  for (const auth of auths) {
    const pairing = new WhatsappClient(lab.port, auth);
    await lab.post('/scan', { qr: await pairing.untilQr(), device });
    expect(await pairing.untilClosed()).toBe(515);
  }
  expect(auths.map(({ creds }) => creds.me?.id)).toEqual([
    '15550000001:1@s.whatsapp.net',
    '15550000001:2@s.whatsapp.net',
  ]);
  for (const [at, auth] of auths.entries()) {
    await using client = await new WhatsappClient(lab.port, auth).untilOpen();
    await client.send(ana, `A${at}`);
    await client.untilStatus(`A${at}`, DELIVERED);
  }
});

/** Tries until the client's request has reached the simulator. */
async function untilAsked(attempt: () => Promise<{ status: number }>): Promise<void> {
  while ((await attempt()).status !== 200) {
    // The next answer comes after a turn of the simulator.
  }
}
