import { expect, it } from 'vitest';
import { openLab } from './lab.ts';
import { madeUpDevice } from './memory-auth.ts';
import { WhatsappClient } from './whatsapp-client.ts';

const device = '+15550000001';
const other = '+15550000002';

it('a device that nobody paired is told that it is logged out', async () => {
  await using lab = await openLab();
  await using client = new WhatsappClient(lab.port, madeUpDevice(device));
  expect(await client.untilClosed()).toBe(401);
  expect(lab.ledger()).toEqual([]);
});

// Guards against a login with somebody else's number: the ledger would lay the messages on the wrong device.
it('a device with another key is told that it is logged out, and the real one stays', async () => {
  await using lab = await openLab({ registerUnknown: true });
  await using client = await new WhatsappClient(lab.port, madeUpDevice(device)).untilOpen();
  await using impostor = new WhatsappClient(lab.port, madeUpDevice(device));
  expect(await impostor.untilClosed()).toBe(401);
  expect(client.socket.ws.isOpen).toBe(true);
  expect(lab.ledger().map((line) => line['event'])).toEqual(['connect']);
});

// Guards the rule that two live connections of a device are seen: two workers believe they own it.
it('a second login of a device replaces the first', async () => {
  await using lab = await openLab({ registerUnknown: true });
  const auth = madeUpDevice(device);
  await using first = await new WhatsappClient(lab.port, auth).untilOpen();
  await using second = await new WhatsappClient(lab.port, auth.snapshot()).untilOpen();
  expect(await first.untilClosed()).toBe(440);
  expect(second.socket.ws.isOpen).toBe(true);
  expect(lab.ledger().map((line) => [line['event'], line['conn'], line['code']])).toEqual([
    ['connect', 1, undefined],
    ['conflict', 1, undefined],
    ['disconnect', 1, 4440],
    ['connect', 2, undefined],
  ]);
});

it('one device over the light protocol and over WhatsApp is one connection, too', async () => {
  await using lab = await openLab({ registerUnknown: true });
  const light = await lab.connect(device);
  await using client = await new WhatsappClient(lab.port, madeUpDevice(device)).untilOpen();
  expect(client.socket.ws.isOpen).toBe(true);
  expect((await light.closed).code).toBe(4440);
});

it('an unlinked device is logged out, now and at its next login', async () => {
  await using lab = await openLab({ registerUnknown: true });
  const auth = madeUpDevice(device);
  await using client = await new WhatsappClient(lab.port, auth).untilOpen();
  expect((await lab.post('/unlink', { device })).status).toBe(200);
  expect(await client.untilClosed()).toBe(401);
  expect(lab.lines('unpaired')).toEqual([{ event: 'unpaired', device }]);
  expect(lab.lines('disconnect')).toMatchObject([{ code: 401 }]);
  expect((await lab.post('/unlink', { device })).status).toBe(404);
});

// Guards against an operator's alarm that no test can ring: 440 without a second connection of ours.
it('replaces a connection on request, without a conflict in the ledger', async () => {
  await using lab = await openLab({ registerUnknown: true });
  await using client = await new WhatsappClient(lab.port, madeUpDevice(device)).untilOpen();
  expect((await lab.post('/replace', { device })).status).toBe(200);
  expect(await client.untilClosed()).toBe(440);
  expect(lab.lines('conflict')).toEqual([]);
  expect((await lab.post('/replace', { device })).status).toBe(409);
});

it.each([401, 403, 411, 440, 500, 503, 515])(
  'ends a connection with stream error %d',
  async (code) => {
    await using lab = await openLab({ registerUnknown: true });
    await using client = await new WhatsappClient(lab.port, madeUpDevice(device)).untilOpen();
    expect((await lab.post('/stream-error', { device, code })).status).toBe(200);
    expect(await client.untilClosed()).toBe(code);
    expect(lab.lines('disconnect')).toMatchObject([{ conn: 1, code }]);
  },
);

it.each([401, 402, 403, 405, 406, 409, 411, 500, 503])(
  'refuses a login with failure %d',
  async (code) => {
    await using lab = await openLab({ registerUnknown: true });
    await lab.post('/rules', { on: 'login', do: 'nack', code, device });
    await using client = new WhatsappClient(lab.port, madeUpDevice(device));
    expect(await client.untilClosed()).toBe(code);
    expect(lab.ledger()).toEqual([]);
  },
);

it.each([440, 503, 515])('closes a login with stream error %d', async (code) => {
  await using lab = await openLab({ registerUnknown: true });
  await lab.post('/rules', { on: 'login', do: 'close', code });
  await using client = new WhatsappClient(lab.port, madeUpDevice(device));
  expect(await client.untilClosed()).toBe(code);
});

it('a login that hangs is never answered; one that is delayed comes later', async () => {
  await using lab = await openLab({ registerUnknown: true });
  await lab.post('/rules', [
    { on: 'login', do: 'hang', device },
    { on: 'login', do: 'delay', ms: 50, device: other },
  ]);
  await using hanging = new WhatsappClient(lab.port, madeUpDevice(device));
  await using delayed = await new WhatsappClient(lab.port, madeUpDevice(other)).untilOpen();
  expect(delayed.socket.ws.isOpen).toBe(true);
  await lab.untilStats((stats) => stats['rules'] === 0);
  expect(lab.lines('connect')).toMatchObject([{ device: other }]);
  expect(
    hanging.seen.some((seen) => seen.kind === 'update' && seen.update.connection === 'open'),
  ).toBe(false);
});

// A client of WhatsApp names no device at its upgrade: a rule that names one must not strike somebody else.
it('a rule on upgrade strikes a WhatsApp client only without a device', async () => {
  await using lab = await openLab({ registerUnknown: true });
  await lab.post('/rules', { on: 'upgrade', do: 'drop_before', device });
  await using client = await new WhatsappClient(lab.port, madeUpDevice(device)).untilOpen();
  expect(client.socket.ws.isOpen).toBe(true);
  expect(await lab.stats()).toMatchObject({ rules: 1 });
  await lab.post('/rules', { on: 'upgrade', do: 'drop_before' });
  await using dropped = new WhatsappClient(lab.port, madeUpDevice(other));
  expect(await dropped.untilClosed()).toBeGreaterThan(0);
});
