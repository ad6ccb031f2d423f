import { expect, it } from 'vitest';
import { openLab } from './lab.ts';
import { openClient } from './light-client.ts';

const device = '+15550000001';
const ana = '+15559990001';

it('refuses an invalid rule, names field and fix, and takes none of the array', async () => {
  await using lab = await openLab();
  const answer = await lab.post('/rules', [
    { on: 'message', do: 'no_ack' },
    { on: 'message', do: 'delay' },
  ]);
  expect(answer).toEqual({
    status: 400,
    body: {
      error: 'invalid rule',
      problems: [{ field: '[1].ms', fix: 'say how long the delay lasts, in milliseconds' }],
    },
  });
  expect((await lab.stats())['rules']).toBe(0);
});

it('says 400 to a body that is no JSON', async () => {
  await using lab = await openLab();
  expect(await lab.post('/rules', 'on=message')).toMatchObject({
    status: 400,
    body: { error: 'send JSON' },
  });
});

it('says 400 to a body without end', async () => {
  await using lab = await openLab();
  const answer = await lab.post('/say', `"${'x'.repeat(1024 * 1024)}"`);
  expect(answer).toMatchObject({ status: 400, body: { error: 'send 1 MiB at most' } });
});

it('says 400 to words without a number, and the ledger has none of it', async () => {
  await using lab = await openLab();
  const answer = await lab.post('/say', { from: 'Ana', device, text: 'STOP' });
  expect(answer).toMatchObject({ status: 400, body: { problems: [{ field: 'from' }] } });
  expect(lab.ledger()).toEqual([]);
});

it('clears the rules', async () => {
  await using lab = await openLab();
  await lab.post('/rules', { on: 'message', do: 'nack', times: 5 });
  await fetch(`http://127.0.0.1:${lab.port}/rules`, { method: 'DELETE' });
  const client = await lab.connect(device);
  client.send(ana, 'A1');
  expect(await client.next()).toEqual({ ack: { id: 'A1' } });
});

it('answers its health check, and 404 with the routes there are', async () => {
  await using lab = await openLab();
  const url = `http://127.0.0.1:${lab.port}`;
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const missing = await fetch(`${url}/rule`);
  expect(missing.status).toBe(404);
  expect(await missing.text()).toContain('POST /rules');
});

it('records the end of every connection when it stops, and closes each with 1001', async () => {
  const lab = await openLab();
  const clients = await Promise.all(
    ['+15550000001', '+15550000002'].map(async (name) => await lab.connect(name)),
  );
  const ended = Promise.all(clients.map(async (client) => await client.closed));
  await lab.simulator.stop();
  expect((await ended).map(({ code }) => code)).toEqual([1001, 1001]);
  expect(lab.lines('disconnect').map(({ conn, code }) => [conn, code])).toEqual([
    [1, 1001],
    [2, 1001],
  ]);
});

it('stops though a client hangs at its login', async () => {
  const lab = await openLab();
  await lab.post('/rules', { on: 'login', do: 'hang' });
  const client = await openClient(lab.port, device);
  await lab.simulator.stop();
  expect((await client.closed).code).toBe(1006);
});

it('stops though a client never answers', async () => {
  const lab = await openLab();
  const client = await lab.connect(device);
  client.freeze();
  await lab.simulator.stop();
  expect(lab.lines('disconnect')).toHaveLength(1);
  client.cut();
});
