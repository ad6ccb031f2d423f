import { Agent } from 'node:https';
import { expect, it } from 'vitest';
import { openLab } from './lab.ts';
import { madeUpDevice } from './memory-auth.ts';
import { WhatsappClient } from './whatsapp-client.ts';

const device = '+15550000001';
const other = '+15550000002';
const ana = '+15559990001';
/** WhatsApp's own numbers for what a sender sees of a message. */
const DELIVERED = 3;
const READ = 4;

async function openDevice(port: number, phone = device) {
  return await new WhatsappClient(port, madeUpDevice(phone)).untilOpen();
}

// Guards against a judge that never sees a text, or sees another one than the contact.
it('a text is decrypted into the ledger once, acked, delivered and read', async () => {
  await using lab = await openLab({ registerUnknown: true });
  await using client = await openDevice(lab.port);
  await client.send(ana, 'A1', 'Hi Ana 👋');
  expect(await client.untilAcked('A1')).toBe('none');
  await client.untilStatus('A1', DELIVERED);
  await client.untilStatus('A1', READ);
  const text = 'Hi Ana 👋';
  expect(lab.lines('message')).toEqual([
    { event: 'message', device, conn: 1, to: ana, id: 'A1', text, outcome: 'accepted' },
  ]);
  expect(lab.ledger().map((line) => line['event'])).toEqual([
    'connect',
    'message',
    'ack',
    'delivered',
    'read',
  ]);
});

// Guards against a re-send after a crash that a contact would see twice.
it('a repeated id is accepted each time and shown once', async () => {
  await using lab = await openLab({ registerUnknown: true });
  await using client = await openDevice(lab.port);
  await client.send(ana, 'A1', 'Hi');
  await client.untilStatus('A1', READ);
  await client.send(ana, 'A1', 'Hi');
  await lab.untilStats((stats) => stats['acks'] === 2);
  expect(lab.lines('message').map((line) => line['outcome'])).toEqual(['accepted', 'accepted']);
  expect(await lab.stats()).toMatchObject({ shown: 1, repeats: 1, delivered: 1 });
});

it('two devices write to the same contact at once, and a reply finds the right one', async () => {
  await using lab = await openLab({ registerUnknown: true });
  await using first = await openDevice(lab.port);
  await using second = await openDevice(lab.port, other);
  await Promise.all([first.send(ana, 'A1', 'from one'), second.send(ana, 'B1', 'from two')]);
  await first.untilStatus('A1', DELIVERED);
  await second.untilStatus('B1', DELIVERED);
  await lab.post('/say', { from: ana, device: other, text: 'Who is this?' });
  await second.untilMessage('Who is this?');
  const texts = lab.lines('message').map((line) => [line['device'], line['text']]);
  expect(new Map(texts as [string, string][])).toEqual(
    new Map([
      [device, 'from one'],
      [other, 'from two'],
    ]),
  );
  expect(first.seen.some(({ kind }) => kind === 'message')).toBe(false);
});

// Guards against a conversation that breaks once the contact has answered: the ratchet then turns both ways.
it('a conversation goes back and forth', async () => {
  await using lab = await openLab({ registerUnknown: true });
  await using client = await openDevice(lab.port);
  for (const turn of [1, 2, 3]) {
    await client.send(ana, `A${turn}`, `question ${turn}`);
    await client.untilStatus(`A${turn}`, DELIVERED);
    await lab.post('/say', { from: ana, device, text: `answer ${turn}` });
    await client.untilMessage(`answer ${turn}`);
  }
  expect(lab.lines('message').map((line) => line['text'])).toEqual([
    'question 1',
    'question 2',
    'question 3',
  ]);
  expect(await lab.stats()).toMatchObject({ undecryptable: 0, retries: 0 });
});

// Guards the judge: a counter used twice is what a sender's lost key store looks like, and nobody can read it.
it('what the contact cannot decrypt is not accepted, is asked for again, and then comes', async () => {
  await using lab = await openLab({ registerUnknown: true });
  const auth = madeUpDevice(device);
  // A cache that outlives the process hides that the sessions on disk are old.
  const userDevicesCache = lastingCache();
  const first = await new WhatsappClient(lab.port, auth, { userDevicesCache }).untilOpen();
  await first.send(ana, 'A1');
  await first.untilStatus('A1', DELIVERED);
  await lab.post('/say', { from: ana, device, text: 'hm' });
  await first.untilMessage('hm');
  await first.send(ana, 'A2');
  await first.untilStatus('A2', DELIVERED);
  const disk = auth.snapshot();
  await first.send(ana, 'A3');
  await first.untilStatus('A3', DELIVERED);
  await first.end();
  await using second = new WhatsappClient(lab.port, disk, { userDevicesCache });
  await second.untilOpen();
  await second.send(ana, 'A4');
  await second.untilStatus('A4', DELIVERED);
  const last = lab.lines('message').slice(3);
  expect(last.map((line) => [line['id'], line['text'], line['outcome']])).toEqual([
    ['A4', '', 'dropped'],
    ['A4', 'text of A4', 'accepted'],
  ]);
  expect(await lab.stats()).toMatchObject({ undecryptable: 1, retries: 1, shown: 4, repeats: 0 });
});

it('a phone that asks once more sends its keys along, and a restarted client looks the message up', async () => {
  await using lab = await openLab({ registerUnknown: true });
  const auth = madeUpDevice(device);
  const first = await new WhatsappClient(lab.port, auth).untilOpen();
  await first.send(ana, 'A1', 'Hi');
  await first.untilStatus('A1', READ);
  await first.end();
  await lab.post('/retry', { device, to: ana, id: 'A1' });
  await lab.post('/retry', { device, to: ana, id: 'A1' });
  const getMessage = async () => await Promise.resolve({ conversation: 'Hi' });
  await using second = new WhatsappClient(lab.port, auth, { getMessage });
  await second.untilOpen();
  await lab.untilStats((stats) => stats['acks'] === 3 && stats['kept'] === 0);
  await second.send(ana, 'A2', 'still readable');
  await second.untilStatus('A2', DELIVERED);
  expect(lab.lines('resent').map((line) => line['text'])).toEqual(['Hi', 'Hi']);
  expect(await lab.stats()).toMatchObject({ repeats: 0, retries: 2, undecryptable: 0 });
});

// Guards against a re-send on request that a judge would count as a repeat of the sender's.
it('a message a phone asks for again comes under its id and is no repeat', async () => {
  await using lab = await openLab({ registerUnknown: true });
  await using client = await openDevice(lab.port);
  await client.send(ana, 'A1', 'Hi');
  await client.untilStatus('A1', READ);
  expect((await lab.post('/retry', { device, to: ana, id: 'A1' })).status).toBe(200);
  await lab.untilStats((stats) => stats['acks'] === 2);
  expect(lab.lines('resent')).toEqual([
    { event: 'resent', device, conn: 1, to: ana, id: 'A1', text: 'Hi' },
  ]);
  expect(lab.lines('message')).toHaveLength(1);
  expect(await lab.stats()).toMatchObject({ retries: 1, repeats: 0, shown: 1 });
});

// Guards against a send to nobody that counts as sent: the client resolves it all the same.
it('a number nobody has is known to have no device, and what is sent to it is accepted by nobody', async () => {
  await using lab = await openLab({ registerUnknown: true });
  await lab.post('/numbers', { missing: [ana] });
  await using client = await openDevice(lab.port);
  expect(await client.socket.onWhatsApp(ana)).toEqual([]);
  expect(await client.socket.onWhatsApp(other)).toMatchObject([{ exists: true }]);
  const found = await client.socket.getUSyncDevices(['15559990001@s.whatsapp.net'], true, false);
  expect(found).toEqual([]);
  await client.send(ana, 'A1');
  expect(await client.untilAcked('A1')).toBe('none');
  expect(lab.lines('message')).toMatchObject([{ id: 'A1', text: '', outcome: 'dropped' }]);
  expect(await lab.stats()).toMatchObject({ shown: 0, undecryptable: 0 });
});

it('an image is uploaded over HTTPS, and the ledger has its kind and caption', async () => {
  await using lab = await openLab({ registerUnknown: true });
  const { certificate } = (await lab.get('/certificate')) as { certificate: string };
  const fetchAgent = new Agent({ ca: certificate });
  await using client = new WhatsappClient(lab.port, madeUpDevice(device), { fetchAgent });
  await client.untilOpen();
  const jid = '15559990001@s.whatsapp.net';
  const jpegThumbnail = '';
  const image = { image: Buffer.alloc(2000, 7), caption: 'A tulip', jpegThumbnail };
  await client.socket.sendMessage(jid, image, { messageId: 'A1' });
  await client.untilStatus('A1', DELIVERED);
  const document = { document: Buffer.alloc(50, 8), mimetype: 'text/plain', fileName: 'a.txt' };
  await client.socket.sendMessage(jid, document, { messageId: 'A2' });
  await client.untilStatus('A2', DELIVERED);
  expect(lab.lines('message')).toMatchObject([
    { id: 'A1', text: 'A tulip', media: 'image', outcome: 'accepted' },
    { id: 'A2', text: '', media: 'document', outcome: 'accepted' },
  ]);
  expect(await lab.stats()).toMatchObject({ uploads: 2 });
  fetchAgent.destroy();
});

/** A device cache that outlives its client, as one in a database would. */
function lastingCache() {
  const values = new Map<string, never>();
  return {
    get: (key: string) => values.get(key),
    set: (key: string, value: unknown) => void values.set(key, value as never),
    del: (key: string) => void values.delete(key),
    flushAll: () => {
      values.clear();
    },
  };
}
