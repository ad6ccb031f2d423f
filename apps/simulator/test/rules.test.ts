import { once } from 'node:events';
import { get } from 'node:http';
import { expect, it } from 'vitest';
import { openLab } from './lab.ts';
import { connect, openClient } from './light-client.ts';

const device = '+15550000001';
const other = '+15550000002';
const ana = '+15559990001';

function outcomes(lines: Record<string, unknown>[]): unknown[] {
  return lines.map((line) => [line['id'], line['outcome']]);
}

it('drop_before: the connection is cut and the message was not accepted', async () => {
  await using lab = await openLab();
  const client = await lab.connect(device);
  await lab.post('/rules', { on: 'message', do: 'drop_before', device });
  client.send(ana, 'A1');
  expect((await client.closed).code).toBe(1006);
  const { client: again, kept } = await connect(lab.port, device);
  again.send(ana, 'A1');
  await again.take(3);
  expect(kept).toEqual([]);
  expect(outcomes(lab.lines('message'))).toEqual([
    ['A1', 'dropped'],
    ['A1', 'accepted'],
  ]);
  expect(await lab.stats()).toMatchObject({ dropped: 1, accepted: 1, shown: 1, repeats: 0 });
});

it('accept_then_drop: the contact has the message, the sender has no ack', async () => {
  await using lab = await openLab();
  const client = await lab.connect(device);
  await lab.post('/rules', { on: 'message', do: 'accept_then_drop', to: ana });
  client.send(ana, 'A1');
  client.send(ana, 'A2');
  expect((await client.closed).code).toBe(1006);
  expect(client.unread).toEqual([]);
  expect(outcomes(lab.lines('message'))[0]).toEqual(['A1', 'accepted']);
  expect(await lab.stats()).toMatchObject({ accepted: 1, shown: 1, acks: 0 });
});

it('no_ack: no ack ever, but the receipts come', async () => {
  await using lab = await openLab();
  const client = await lab.connect(device);
  await lab.post('/rules', { on: 'message', do: 'no_ack', id: 'A1' });
  client.send(ana, 'A1');
  client.send(ana, 'A2');
  const frames = await client.take(5);
  expect(frames).not.toContainEqual({ ack: { id: 'A1' } });
  expect(frames).toContainEqual({ receipt: { id: 'A1', kind: 'delivered' } });
  expect(frames).toContainEqual({ receipt: { id: 'A1', kind: 'read' } });
  expect(lab.lines('ack')).toEqual([{ event: 'ack', device, id: 'A2' }]);
});

it('delay: accepted at once, acked later, then the receipts', async () => {
  await using lab = await openLab();
  const client = await lab.connect(device);
  await lab.post('/rules', { on: 'message', do: 'delay', ms: 60 });
  client.send(ana, 'A1');
  expect(await client.take(2)).toEqual([
    { ack: { id: 'A1' } },
    { receipt: { id: 'A1', kind: 'delivered' } },
  ]);
  const at = (event: string) => Number(lab.ledger().find((line) => line['event'] === event)?.['t']);
  expect(at('ack') - at('message')).toBeGreaterThanOrEqual(59);
});

it('delay: nobody is acked when the connection closed meanwhile, the next one neither', async () => {
  await using lab = await openLab();
  const client = await lab.connect(device);
  // Long enough for the cut below to come first on a slow machine.
  await lab.post('/rules', { on: 'message', do: 'delay', ms: 400 });
  client.send(ana, 'A1');
  await lab.stats();
  client.cut();
  await client.closed;
  const again = await lab.connect(device);
  expect(await again.next()).toEqual({ receipt: { id: 'A1', kind: 'delivered' } });
  expect(lab.lines('ack')).toEqual([]);
});

it('nack: the ack carries the error and the contact gets nothing', async () => {
  await using lab = await openLab();
  const client = await lab.connect(device);
  await lab.post('/rules', { on: 'message', do: 'nack', code: 479 });
  client.send(ana, 'A1');
  expect(await client.next()).toEqual({ ack: { id: 'A1', error: 479 } });
  expect(outcomes(lab.lines('message'))).toEqual([['A1', 'nacked']]);
  expect(lab.lines('ack')).toEqual([{ event: 'ack', device, id: 'A1', error: 479 }]);
  expect(await lab.stats()).toMatchObject({ nacked: 1, shown: 0 });
});

it.each([
  [4401, 4401],
  [401, 4401],
  [undefined, 1011],
])('close: code %s reaches the client as %d', async (code, seen) => {
  await using lab = await openLab();
  const client = await lab.connect(device);
  await lab.post('/rules', { on: 'message', do: 'close', code });
  client.send(ana, 'A1');
  expect((await client.closed).code).toBe(seen);
  expect(outcomes(lab.lines('message'))).toEqual([['A1', 'dropped']]);
});

it('hang: no answer, and the connection stays', async () => {
  await using lab = await openLab();
  const client = await lab.connect(device);
  await lab.post('/rules', { on: 'message', do: 'hang' });
  client.send(ana, 'A1');
  client.send(ana, 'A2');
  expect((await client.take(3)).map((frame) => JSON.stringify(frame)).join()).not.toContain('A1');
  expect(await lab.stats()).toMatchObject({ open: 1, shown: 1, dropped: 1 });
});

it('strikes only the device it names, and as often as it says', async () => {
  await using lab = await openLab();
  const [one, two] = [await lab.connect(device), await lab.connect(other)];
  await lab.post('/rules', { on: 'message', do: 'nack', device, times: 2 });
  for (const id of ['A1', 'A2', 'A3']) {
    one.send(ana, id);
    two.send(ana, id);
  }
  await Promise.all([one.take(5), two.take(9)]);
  const nacked = lab.lines('message').filter(({ outcome }) => outcome === 'nacked');
  expect(nacked.map((line) => [line['device'], line['id']])).toEqual([
    [device, 'A1'],
    [device, 'A2'],
  ]);
});

it('login close: the client is let in and shown out', async () => {
  await using lab = await openLab();
  await lab.post('/rules', { on: 'login', do: 'close', code: 4401 });
  const client = await openClient(lab.port, device);
  expect((await client.closed).code).toBe(4401);
  expect(lab.ledger()).toEqual([]);
});

it('login hang: connected, but no offline_done and no ack', async () => {
  await using lab = await openLab();
  await lab.post('/rules', { on: 'login', do: 'hang', device });
  const client = await openClient(lab.port, device);
  client.send(ana, 'A1');
  const witness = await lab.connect(other);
  witness.send(ana, 'W1');
  await witness.take(3);
  expect(client.unread).toEqual([]);
  expect(lab.lines('connect')).toHaveLength(1);
  client.cut();
});

it('login delay: what the client wrote meanwhile is answered after it', async () => {
  await using lab = await openLab();
  await lab.post('/rules', { on: 'login', do: 'delay', ms: 30 });
  const client = await openClient(lab.port, device);
  client.send(ana, 'A1');
  const frames = await client.take(4);
  expect(frames[0]).toEqual({ offline_done: true });
  expect(frames[1]).toEqual({ ack: { id: 'A1' } });
});

it.each([
  ['nack', undefined, '503'],
  ['close', undefined, '503'],
  ['nack', 429, '429'],
])('upgrade %s with code %s: refused with HTTP %s', async (deed, code, status) => {
  await using lab = await openLab();
  await lab.post('/rules', { on: 'upgrade', do: deed, code });
  await expect(openClient(lab.port, device)).rejects.toThrow(status);
  await lab.connect(device);
});

it('upgrade drop_before: the connection ends without an answer', async () => {
  await using lab = await openLab();
  await lab.post('/rules', { on: 'upgrade', do: 'drop_before' });
  await expect(openClient(lab.port, device)).rejects.toThrow('socket hang up');
});

it('upgrade delay: let in after it', async () => {
  await using lab = await openLab();
  await lab.post('/rules', { on: 'upgrade', do: 'delay', ms: 30 });
  const client = await lab.connect(device);
  client.send(ana, 'A1');
  expect(await client.next()).toEqual({ ack: { id: 'A1' } });
});

it('upgrade hang: no answer until the simulator stops', async () => {
  const lab = await openLab();
  await lab.post('/rules', { on: 'upgrade', do: 'hang', device });
  const hung = openClient(lab.port, device).catch((error: unknown) => String(error));
  await lab.connect(other);
  expect(lab.lines('connect')).toHaveLength(1);
  await lab[Symbol.asyncDispose]();
  expect(await hung).toContain('socket hang up');
});

it('outlives a request target that is no URL', async () => {
  await using lab = await openLab();
  const headers = { connection: 'upgrade', upgrade: 'websocket' };
  const request = get({ port: lab.port, host: '127.0.0.1', path: '//', headers });
  const [response] = (await once(request, 'response')) as [{ statusCode: number; resume(): void }];
  response.resume();
  expect(response.statusCode).toBe(404);
  await lab.connect(device);
});
