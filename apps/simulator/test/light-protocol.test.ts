import { expect, it } from 'vitest';
import { openLab } from './lab.ts';
import { connect, openClient } from './light-client.ts';

const device = '+15550000001';
const other = '+15550000002';
const ana = '+15559990001';

it('acks a message, then reports it delivered, then read', async () => {
  await using lab = await openLab();
  const client = await lab.connect(device);
  client.send(ana, 'A1', 'Hi Ana');
  expect(await client.take(3)).toEqual([
    { ack: { id: 'A1' } },
    { receipt: { id: 'A1', kind: 'delivered' } },
    { receipt: { id: 'A1', kind: 'read' } },
  ]);
});

it('has the line of an event in the ledger before a client sees its frame', async () => {
  await using lab = await openLab({
    latency: {
      ack: { minMs: 0, maxMs: 0 },
      receipt: { minMs: 0, maxMs: 0 },
      readShare: 1,
    },
  });
  const client = await lab.connect(device);
  for (let i = 0; i < 200; i += 1) {
    client.send(ana, `A${i}`);
    await client.next();
    expect(lab.lines('ack').at(-1)).toEqual({ event: 'ack', device, id: `A${i}` });
    await client.take(2);
    expect(lab.lines('read').at(-1)).toMatchObject({ id: `A${i}` });
  }
});

it('writes the ledger as the contract says', async () => {
  const before = Date.now();
  await using lab = await openLab();
  const client = await lab.connect(device);
  client.send(ana, 'A1', 'Hi Ana');
  await client.take(3);
  client.leave(1000);
  await client.closed;
  const next = await lab.connect(device);
  const ledger = lab.ledger();
  expect(ledger.map(({ t: _t, ...line }) => line)).toEqual([
    { n: 1, event: 'connect', device, conn: 1 },
    {
      n: 2,
      event: 'message',
      device,
      conn: 1,
      to: ana,
      id: 'A1',
      text: 'Hi Ana',
      outcome: 'accepted',
    },
    { n: 3, event: 'ack', device, id: 'A1' },
    { n: 4, event: 'delivered', device, to: ana, id: 'A1' },
    { n: 5, event: 'read', device, to: ana, id: 'A1' },
    { n: 6, event: 'disconnect', device, conn: 1, code: 1000 },
    { n: 7, event: 'connect', device, conn: 2 },
  ]);
  for (const { t } of ledger) {
    expect(t).toBeGreaterThanOrEqual(before);
    expect(t).toBeLessThanOrEqual(Date.now());
  }
  next.cut();
});

it('shows a repeated message once, and still acks and records each transmission', async () => {
  await using lab = await openLab();
  const client = await lab.connect(device);
  client.send(ana, 'A1');
  await client.take(3);
  client.send(ana, 'A1');
  expect(await client.next()).toEqual({ ack: { id: 'A1' } });
  client.send(ana, 'A2');
  expect(await client.take(3)).toHaveLength(3);
  expect(lab.lines('message')).toHaveLength(3);
  expect(lab.lines('delivered')).toHaveLength(2);
  expect(await lab.stats()).toMatchObject({ accepted: 3, shown: 2, repeats: 1, delivered: 2 });
});

it('takes the same id from another device, or to another contact, for another message', async () => {
  await using lab = await openLab();
  const [one, two] = [await lab.connect(device), await lab.connect(other)];
  one.send(ana, 'A1');
  two.send(ana, 'A1');
  two.send('+15559990002', 'A1');
  await Promise.all([one.take(3), two.take(6)]);
  expect(await lab.stats()).toMatchObject({ shown: 3, repeats: 0 });
});

it('keeps what comes for a device that is away, in order, and sends it before offline_done', async () => {
  await using lab = await openLab();
  const client = await lab.connect(device);
  await lab.post('/rules', { on: 'message', do: 'accept_then_drop' });
  client.send(ana, 'A1');
  await client.closed;
  const witness = await lab.connect(other);
  witness.send(ana, 'W1');
  await witness.take(3);
  const said = await lab.post('/say', { from: ana, device, text: 'STOP' });
  expect(said.body['delivery']).toBe('kept');
  const { kept } = await connect(lab.port, device);
  expect(kept).toEqual([
    { receipt: { id: 'A1', kind: 'delivered' } },
    { receipt: { id: 'A1', kind: 'read' } },
    { inbound: { id: said.body['id'], from: ana, text: 'STOP' } },
  ]);
  const { kept: again } = await connect(lab.port, device);
  expect(again).toEqual([]);
});

it('brings what a contact says to a connected device', async () => {
  await using lab = await openLab();
  const client = await lab.connect(device);
  const said = await lab.post('/say', { from: ana, device, text: 'hello' });
  expect(said).toMatchObject({ status: 200, body: { delivery: 'sent' } });
  expect(await client.next()).toEqual({
    inbound: { id: said.body['id'], from: ana, text: 'hello' },
  });
  expect(lab.lines('inbound')).toEqual([{ event: 'inbound', device, from: ana, text: 'hello' }]);
});

it('lets the newer connection of a device win and closes the older with 4440', async () => {
  await using lab = await openLab();
  const older = await lab.connect(device);
  const newer = await lab.connect(device);
  expect((await older.closed).code).toBe(4440);
  newer.send(ana, 'A1');
  expect(await newer.next()).toEqual({ ack: { id: 'A1' } });
  const connections = lab
    .ledger()
    .filter(({ conn, event }) => conn !== undefined && event !== 'message');
  expect(connections.map(({ event, conn, code }) => [event, conn, code])).toEqual([
    ['connect', 1, undefined],
    ['conflict', 1, undefined],
    ['disconnect', 1, 4440],
    ['connect', 2, undefined],
  ]);
  expect(await lab.stats()).toMatchObject({ connects: 2, conflicts: 1, open: 1 });
});

it('drops what a replaced client still writes, and keeps it out of the count', async () => {
  await using lab = await openLab();
  const older = await lab.connect(device);
  older.freeze();
  const newer = await lab.connect(device);
  older.send(ana, 'Z1');
  newer.send(ana, 'A1');
  await newer.take(3);
  // The older's frame came first on its own socket; a second round trip makes sure that it was read.
  newer.send(ana, 'A2');
  await newer.take(3);
  expect(lab.lines('message')[0]).toMatchObject({ id: 'Z1', conn: 1, outcome: 'dropped' });
  expect(await lab.stats()).toMatchObject({ shown: 2 });
  older.cut();
});

it('sees no conflict when the older client has said goodbye, though its socket is still up', async () => {
  await using lab = await openLab();
  const older = await lab.connect(device);
  // A frozen client never reads the answer to its goodbye, so the socket stays.
  older.freeze();
  older.leave();
  await lab.stats();
  const newer = await lab.connect(device);
  expect(lab.lines('conflict')).toEqual([]);
  expect(lab.lines('disconnect')).toEqual([{ event: 'disconnect', device, conn: 1, code: 1005 }]);
  newer.leave();
  older.cut();
});

it.each([
  ['not json', 'a frame must be JSON'],
  [Buffer.from('{}'), 'a frame must be text'],
  ['{}', 'message'],
  ['{"message":{"id":"","to":"+15559990001","text":"x"}}', 'message.id'],
  ['{"message":{"id":"A","to":"15559990001","text":"x"}}', 'message.to: must be "+E164"'],
  ['{"message":{"id":"A","to":"+15559990001","text":"x","image":1}}', 'message'],
])('closes with 1003 on %s, says why, and records no message', async (frame, reason) => {
  await using lab = await openLab();
  const client = await lab.connect(device);
  client.write(frame);
  client.send(ana, 'late');
  const ending = await client.closed;
  expect(ending.code).toBe(1003);
  expect(ending.reason).toContain(reason);
  expect(lab.lines('message').filter(({ outcome }) => outcome === 'accepted')).toEqual([]);
  expect((await lab.stats())['shown']).toBe(0);
});

it('cuts off a client whose frame is larger than 64 KiB', async () => {
  await using lab = await openLab();
  const client = await lab.connect(device);
  client.send(ana, 'A1', 'x'.repeat(64 * 1024));
  expect((await client.closed).code).toBe(1009);
  expect(lab.lines('message')).toEqual([]);
});

it.each(['15550000001', '', '+0123456789', '%2B1', 'abc'])(
  'refuses a device that is no +E164 number: %j',
  async (name) => {
    await using lab = await openLab();
    await expect(openClient(lab.port, name)).rejects.toThrow('400');
    expect(lab.ledger()).toEqual([]);
  },
);

it('takes the device with its plus sign written either way', async () => {
  await using lab = await openLab();
  await lab.connect('%2B15550000001');
  await lab.connect('+15550000002');
  expect(lab.lines('connect').map((line) => line['device'])).toEqual([device, other]);
});
