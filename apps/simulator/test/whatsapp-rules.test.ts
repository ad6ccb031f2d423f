import { expect, it } from 'vitest';
import { openLab } from './lab.ts';
import { madeUpDevice } from './memory-auth.ts';
import { WhatsappClient } from './whatsapp-client.ts';

const device = '+15550000001';
const ana = '+15559990001';
const ben = '+15559990002';
const DELIVERED = 3;

async function openDevice(port: number) {
  // Its own first queries would be struck by a rule meant for a test's.
  const config = { fireInitQueries: false };
  return await new WhatsappClient(port, madeUpDevice(device), config).untilOpen();
}

function outcomes(lines: Record<string, unknown>[]): unknown[] {
  return lines.map((line) => [line['id'], line['outcome']]);
}

it.each([
  ['drop_before', 'dropped', 0],
  ['accept_then_drop', 'accepted', 1],
])(
  '%s: the connection is cut without an ack, and the message is %s',
  async (deed, outcome, shown) => {
    await using lab = await openLab({ registerUnknown: true });
    const auth = madeUpDevice(device);
    const client = await new WhatsappClient(lab.port, auth).untilOpen();
    await lab.post('/rules', { on: 'message', do: deed, to: ana });
    await client.send(ana, 'A1');
    expect(await client.untilClosed()).toBe(428);
    expect(client.seen.some(({ kind }) => kind === 'ack')).toBe(false);
    await using again = await new WhatsappClient(lab.port, auth).untilOpen();
    await again.send(ana, 'A1');
    expect(await again.untilAcked('A1')).toBe('none');
    expect(outcomes(lab.lines('message'))).toEqual([
      ['A1', outcome],
      ['A1', 'accepted'],
    ]);
    expect(lab.lines('disconnect')).toMatchObject([{ conn: 1, code: 1006 }]);
    expect(await lab.stats()).toMatchObject({
      shown: 1,
      repeats: shown,
      acks: 1,
      undecryptable: 0,
    });
  },
);

it('no_ack: no ack ever, but the receipts come', async () => {
  await using lab = await openLab({ registerUnknown: true });
  await using client = await openDevice(lab.port);
  await lab.post('/rules', { on: 'message', do: 'no_ack', id: 'A1' });
  await client.send(ana, 'A1');
  await client.untilStatus('A1', DELIVERED);
  await client.send(ana, 'A2');
  await client.untilAcked('A2');
  expect(lab.lines('ack')).toEqual([{ event: 'ack', device, id: 'A2' }]);
});

it('delay: the message is accepted at once and acked later', async () => {
  await using lab = await openLab({ registerUnknown: true });
  await using client = await openDevice(lab.port);
  await lab.post('/rules', { on: 'message', do: 'delay', ms: 80, id: 'A1' });
  await client.send(ana, 'A1');
  await client.send(ben, 'B1');
  await client.untilAcked('A1');
  expect(lab.ledger().flatMap((line) => (line['event'] === 'ack' ? [line['id']] : []))).toEqual([
    'B1',
    'A1',
  ]);
});

it.each([420, 429, 463, 479])(
  'nack: the client is refused with %d, and the contact sees nothing',
  async (code) => {
    await using lab = await openLab({ registerUnknown: true });
    await using client = await openDevice(lab.port);
    await lab.post('/rules', { on: 'message', do: 'nack', code });
    await client.send(ana, 'A1');
    expect(await client.untilAcked('A1')).toBe(String(code));
    expect(outcomes(lab.lines('message'))).toEqual([['A1', 'nacked']]);
    expect(await lab.stats()).toMatchObject({ shown: 0, delivered: 0 });
  },
);

it.each([
  ['close', 515, 515],
  ['close', 440, 440],
])('message %s with code %d', async (deed, code, seen) => {
  await using lab = await openLab({ registerUnknown: true });
  await using client = await openDevice(lab.port);
  await lab.post('/rules', { on: 'message', do: deed, code });
  await client.send(ana, 'A1');
  expect(await client.untilClosed()).toBe(seen);
  expect(outcomes(lab.lines('message'))).toEqual([['A1', 'dropped']]);
});

// Guards against a sender that takes a refused look-up for a contact without WhatsApp.
it('a query nack is an error of the query, of its kind only', async () => {
  await using lab = await openLab({ registerUnknown: true });
  await using client = await openDevice(lab.port);
  await lab.post('/rules', { on: 'query', do: 'nack', code: 429, xmlns: 'usync', device });
  await expect(client.send(ana, 'A1')).rejects.toMatchObject({
    data: 429,
    message: 'rate-overlimit',
  });
  await client.send(ana, 'A1');
  await client.untilAcked('A1');
  expect(outcomes(lab.lines('message'))).toEqual([['A1', 'accepted']]);
});

it('a query that hangs is never answered; others are', async () => {
  await using lab = await openLab({ registerUnknown: true });
  const config = { defaultQueryTimeoutMs: 100, fireInitQueries: false };
  await using client = new WhatsappClient(lab.port, madeUpDevice(device), config);
  await client.untilOpen();
  await lab.post('/rules', { on: 'query', do: 'hang', xmlns: 'privacy' });
  const attrs = { id: 'Q1', to: 's.whatsapp.net', type: 'get', xmlns: 'privacy' };
  const query = { tag: 'iq', attrs, content: [{ tag: 'privacy', attrs: {} }] };
  // The client's own words for a query that ran out of time.
  expect(await client.socket.query(query)).toBeUndefined();
  expect(await client.socket.fetchPrivacySettings(true)).toMatchObject({ last: 'all' });
});

it('a query that is delayed holds nothing else up', async () => {
  await using lab = await openLab({ registerUnknown: true });
  await using client = await openDevice(lab.port);
  await client.send(ana, 'A1');
  await lab.post('/rules', { on: 'query', do: 'delay', ms: 60, xmlns: 'privacy' });
  const order: string[] = [];
  await Promise.all([
    client.socket.fetchPrivacySettings(true).then(() => order.push('delayed')),
    client.socket.fetchBlocklist().then(() => order.push('at once')),
  ]);
  expect(order).toEqual(['at once', 'delayed']);
});

it.each([
  [{ do: 'drop_before' }, { seen: 428, code: 1006 }],
  [
    { do: 'close', code: 503 },
    { seen: 503, code: 503 },
  ],
])('a query rule %j ends the connection: %j', async (rule, { seen, code }) => {
  await using lab = await openLab({ registerUnknown: true });
  await using client = await openDevice(lab.port);
  await lab.post('/rules', { on: 'query', xmlns: 'privacy', ...rule });
  // Not awaited: a client that ends itself leaves it open.
  client.socket.fetchPrivacySettings(true).catch(() => {});
  expect(await client.untilClosed()).toBe(seen);
  expect(lab.lines('disconnect')).toMatchObject([{ code }]);
});
