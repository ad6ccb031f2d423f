import { expect, it } from 'vitest';
import { openLab } from './lab.ts';
import { connect, openClient } from './light-client.ts';

const device = '+15550000001';
const ana = '+15559990001';
const bob = '+15559990002';
const confirming = '&confirm=true';

// Guards against a STOP that dies with the process that was reading it.
it('brings what a client has not confirmed again, in order, before offline_done', async () => {
  await using lab = await openLab();
  const { client } = await connect(lab.port, device, confirming);
  client.send(ana, 'A1');
  await client.take(3);
  const stop = await lab.post('/say', { from: ana, device, text: 'STOP' });
  expect(stop.body['delivery']).toBe('sent');
  await client.next();
  client.confirm('A1', 'read');
  client.cut();
  await client.closed;
  const next = await connect(lab.port, device, confirming);
  const stopId = String(stop.body['id']);
  expect(next.kept).toEqual([
    { receipt: { id: 'A1', kind: 'delivered' } },
    { inbound: { id: stopId, from: ana, text: 'STOP' } },
  ]);
  next.client.confirm('A1', 'delivered');
  next.client.confirm(stopId, 'inbound');
  await lab.untilStats(({ kept }) => kept === 0);
  next.client.cut();
  expect((await connect(lab.port, device, confirming)).kept).toEqual([]);
});

// Guards against one contact's receipt confirmed in another's place.
it('tells notices of one id apart by their kind, and takes those of one kind in their order', async () => {
  await using lab = await openLab();
  const { client } = await connect(lab.port, device, confirming);
  client.send(ana, 'A1');
  await client.take(3);
  client.send(bob, 'A1');
  await client.take(3);
  client.confirm('A1', 'delivered');
  client.confirm('A1', 'read');
  client.confirm('A1', 'read');
  await lab.untilStats(({ kept }) => kept === 1);
  client.cut();
  const { kept } = await connect(lab.port, device, confirming);
  expect(kept).toEqual([{ receipt: { id: 'A1', kind: 'delivered' } }]);
});

// Guards against a confirmation that throws away what was never said.
it('makes nothing of a confirmation of what it has not told', async () => {
  await using lab = await openLab();
  const { client } = await connect(lab.port, device, confirming);
  client.confirm('A1', 'delivered');
  client.send(ana, 'A1');
  await client.take(3);
  client.cut();
  expect((await connect(lab.port, device, confirming)).kept).toHaveLength(2);
});

it('counts what is handed to a client that does not confirm as taken over', async () => {
  await using lab = await openLab();
  const { client } = await connect(lab.port, device, confirming);
  client.send(ana, 'A1');
  await client.take(3);
  client.cut();
  await client.closed;
  const plain = await connect(lab.port, device);
  expect(plain.kept).toHaveLength(2);
  expect((await lab.stats())['kept']).toBe(0);
});

it('closes with 1003 on a confirmation of a client that did not say it would confirm', async () => {
  await using lab = await openLab();
  const client = await lab.connect(device);
  client.confirm('A1', 'read');
  const ending = await client.closed;
  expect(ending.code).toBe(1003);
  expect(ending.reason).toContain('confirm=true');
});

it('closes with 1003 on a malformed confirmation, and refuses a word for confirm it does not know', async () => {
  await using lab = await openLab();
  const { client } = await connect(lab.port, device, confirming);
  client.write('{"got":{"id":"A1","kind":"seen"}}');
  const ending = await client.closed;
  expect(ending.code).toBe(1003);
  expect(ending.reason).toContain('got.kind');
  await expect(openClient(lab.port, device, '&confirm=yes')).rejects.toThrow('400');
});
