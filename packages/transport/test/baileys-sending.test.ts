import { durationMs, userJid, phoneNumber, type NotSentReason } from '@dripfleet/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contact, type Lab, open, openLab } from './baileys-lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(async () => await lab.simulator.stop());

test('a message whose ack was lost with the connection is shown once when it is sent again', async () => {
  // Guards the doubtful case: the network took it, and nobody told us.
  const device = await lab.device();
  const hello = device.message();
  const first = await lab.connect(device);
  await lab.simulator.strike({ on: 'message', do: 'accept_then_drop', device: device.phone });
  expect(await first.session.send(hello, open)).toMatchObject({ kind: 'unconfirmed' });
  expect(await first.end).toMatchObject({ kind: 'lost' });
  const second = await lab.connect(device);
  expect(await second.session.send(hello, open)).toMatchObject({ kind: 'accepted' });
  await second.session.close();
  const [shown, ...more] = await lab.ofDevice('message', device);
  expect(shown).toMatchObject({ id: hello.messageId, text: hello.body, outcome: 'accepted' });
  for (const again of more) expect(again).toMatchObject({ id: hello.messageId, text: hello.body });
  expect((await lab.ofDevice('delivered', device)).length).toBe(1);
});

test('a number that is not on WhatsApp is rejected, and nothing leaves', async () => {
  // Guards: Baileys sends such a message to our own phone alone and calls it sent.
  const device = await lab.device();
  const { session } = await lab.connect(device);
  const nobody = phoneNumber('+15559994040');
  await lab.simulator.missing(nobody);
  const lost = device.message({ toJid: userJid(nobody) });
  expect(await session.send(lost, open)).toEqual({ kind: 'rejected', code: 'not_on_whatsapp' });
  expect(await session.send(device.message(), open)).toMatchObject({ kind: 'accepted' });
  expect(await lab.ofDevice('message', device)).toHaveLength(1);
  await session.close();
});

test.each([
  { do: 'nack', code: 429, xmlns: 'usync' },
  { do: 'hang', xmlns: 'usync' },
  { do: 'nack', code: 429, xmlns: 'encrypt', times: 9 },
])('a lookup that WhatsApp does not answer (%o) sends nothing', async (fault) => {
  // Guards: an unanswered lookup taken for a number that is not on WhatsApp, or for somebody who got it.
  const device = await lab.device();
  const over = await lab.transport({ queryTimeout: durationMs(500) });
  const { session } = await lab.connect(device, { over });
  await lab.simulator.strike({ on: 'query', ...fault, device: device.phone });
  const hello = device.message();
  expect(await session.send(hello, open)).toEqual({ kind: 'not_sent', reason: 'network_busy' });
  await lab.simulator.clearRules();
  expect(await session.send(hello, open)).toMatchObject({ kind: 'accepted' });
  expect(await lab.messages(device)).toEqual([`${hello.messageId} accepted`]);
  await session.close();
});

test('a stale address (479) is looked up anew and the message sent once more; then it is rejected', async () => {
  const device = await lab.device();
  const { session } = await lab.connect(device);
  const nack = { on: 'message', do: 'nack', code: 479, device: device.phone };
  await lab.simulator.strike(nack);
  const hello = device.message();
  expect(await session.send(hello, open)).toMatchObject({ kind: 'accepted' });
  expect(await lab.messages(device)).toEqual([
    `${hello.messageId} nacked`,
    `${hello.messageId} accepted`,
  ]);
  await lab.simulator.strike({ ...nack, times: 3 });
  expect(await session.send(device.message(), open)).toEqual({ kind: 'rejected', code: '479' });
  await lab.simulator.clearRules();
  await session.close();
});

test('after a refusal with 463 the time-lock is asked for and told', async () => {
  const device = await lab.device();
  const { session, locks, until } = await lab.connect(device);
  await lab.simulator.timelock(device.phone, true, 3_600);
  await until(() => locks.length > 0);
  expect(locks).toEqual([{ kind: 'locked', until: expect.any(Number) as number }]);
  await lab.simulator.strike({ on: 'message', do: 'nack', code: 463, device: device.phone });
  expect(await session.send(device.message(), open)).toEqual({ kind: 'rejected', code: '463' });
  await until(() => locks.length > 1);
  expect(locks[1]).toMatchObject({ kind: 'locked' });
  await lab.simulator.timelock(device.phone, false);
  await until(() => locks.length > 2);
  expect(locks[2]).toEqual({ kind: 'lifted' });
  await session.close();
});

test('a gate that closes while a message is prepared keeps it, and the connection stays', async () => {
  // Guards: an opt-out that came a moment before the write, and a reconnect for each.
  const device = await lab.device();
  const { session } = await lab.connect(device);
  let asked = 0;
  // Asked at the start and after the lookup; this is where the message is encrypted.
  const closing = (): NotSentReason | undefined => ((asked += 1) > 2 ? 'opted_out' : undefined);
  expect(await session.send(device.message(), closing)).toEqual({
    kind: 'not_sent',
    reason: 'opted_out',
  });
  expect(await session.send(device.message(), open)).toMatchObject({ kind: 'accepted' });
  expect(await lab.ofDevice('message', device)).toHaveLength(1);
  expect(await lab.ofDevice('connect', device)).toHaveLength(1);
  await session.close();
});

test('a gate that closes at the write keeps the frame and ends the connection', async () => {
  // The cipher has counted the frame: the network could read none after it.
  const device = await lab.device();
  const { session, end, inbound } = await lab.connect(device);
  let asked = 0;
  const closing = (): NotSentReason | undefined => ((asked += 1) > 3 ? 'fenced' : undefined);
  expect(await session.send(device.message(), closing)).toEqual({
    kind: 'not_sent',
    reason: 'fenced',
  });
  expect(await session.send(device.message(), open)).toMatchObject({ kind: 'not_sent' });
  // Nor does it hear: what it took now, it could not confirm.
  await lab.simulator.say({ from: contact, device: device.phone, text: 'hi' }).catch(() => {});
  expect(await end).toMatchObject({ kind: 'lost' });
  expect(inbound).toEqual([]);
  expect(await lab.ofDevice('message', device)).toEqual([]);
});

test('a known contact costs no question more: the note of its privacy token is kept', async () => {
  // Baileys loses that note and would ask the network to issue a token with every message.
  const device = await lab.device();
  const { session } = await lab.connect(device);
  await session.send(device.message(), open);
  await device.credentials.untilWritten('tctoken');
  await lab.simulator.strike({
    on: 'query',
    xmlns: 'privacy',
    do: 'close',
    device: device.phone,
  });
  // The question of a message would come before the next message.
  for (let sent = 0; sent < 3; sent += 1) {
    expect(await session.send(device.message(), open)).toMatchObject({ kind: 'accepted' });
  }
  await lab.simulator.clearRules();
  await session.close();
});

test('with a typing time a message comes no sooner', async () => {
  const device = await lab.device();
  const over = await lab.transport({ typingTime: durationMs(60) });
  const { session } = await lab.connect(device, { over });
  const before = Date.now();
  const result = await session.send(device.message(), open);
  expect(result).toMatchObject({ kind: 'accepted' });
  expect(Date.now() - before).toBeGreaterThanOrEqual(59);
  await session.close();
});

test('a message that goes out while typing is shown ends with the connection', async () => {
  const device = await lab.device();
  const over = await lab.transport({ typingTime: durationMs(60_000) });
  const { session } = await lab.connect(device, { over });
  const sending = session.send(device.message(), open);
  await lab.simulator.replace(device.phone);
  expect(await sending).toEqual({ kind: 'not_sent', reason: 'closed_before_write' });
});
