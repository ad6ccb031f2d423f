import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lab, open, openLab } from './baileys-lab.ts';

let lab: Lab;
beforeAll(async () => {
  // No receipt must tell what the ack did not.
  lab = await openLab({ receiptDelay: '5000' });
});
afterAll(async () => await lab.simulator.stop());

test.each(['unavailable', 'fenced'] as const)(
  'a store that is %s after the write ends the session, and the next one can be read',
  async (how) => {
    // Guards: Baileys remembers a key after the frame has left; one that was not remembered would be used again, and
    // the contact could not read what it encrypts.
    const device = await lab.device();
    const first = await lab.connect(device);
    await first.session.send(device.message(), open);
    await device.credentials.untilWritten('tctoken');
    device.credentials.failWrites(how);
    await lab.simulator.strike({ on: 'message', do: 'no_ack', device: device.phone });
    const doubtful = device.message();
    expect(await first.session.send(doubtful, open)).toEqual({
      kind: 'unconfirmed',
      reason: 'closed_after_write',
    });
    expect(await first.end).toEqual({ kind: 'lost', code: 0 });
    expect(await first.session.send(device.message(), open)).toMatchObject({ kind: 'not_sent' });
    device.credentials.failWrites(undefined);
    const second = await lab.connect(device);
    expect(await second.session.send(doubtful, open)).toMatchObject({ kind: 'accepted' });
    const next = device.message();
    expect(await second.session.send(next, open)).toMatchObject({ kind: 'accepted' });
    const shown = await lab.ofDevice('message', device);
    expect(shown.at(-1)).toMatchObject({
      id: next.messageId,
      text: next.body,
      outcome: 'accepted',
    });
    expect(await lab.simulator.stats()).toMatchObject({ undecryptable: 0 });
    await second.session.close();
  },
);

test('a key that can not be read ends the session, and no other is made in its place', async () => {
  // Guards: Baileys takes an unreadable session for none, and would start a new one.
  const device = await lab.device();
  const { session, end } = await lab.connect(device);
  await session.send(device.message(), open);
  await device.credentials.untilWritten('tctoken');
  const before = new Map(device.credentials.values('session'));
  device.credentials.spoil('session');
  expect(await session.send(device.message(), open)).toMatchObject({ kind: 'not_sent' });
  expect(await end).toEqual({ kind: 'unreadable', code: 0 });
  expect(new Map(device.credentials.values('session'))).toEqual(before);
  expect(await lab.ofDevice('message', device)).toHaveLength(1);
});

test('close resolves when everything is stored', async () => {
  const device = await lab.device();
  const { session } = await lab.connect(device);
  await session.send(device.message(), open);
  await session.close();
  const stored = device.credentials.writes.length;
  await new Promise((resolve) => setImmediate(resolve));
  expect(device.credentials.writes.length).toBe(stored);
});
