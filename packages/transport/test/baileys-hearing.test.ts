import { phoneNumber } from '@dripfleet/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contact, type Lab, open, openLab } from './baileys-lab.ts';
import type { OutboundMessage } from '../src/index.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(async () => await lab.simulator.stop());

test.each(['pn', 'lid'] as const)(
  'a contact that WhatsApp names by %s is known by number, live and after an absence',
  async (address) => {
    // Guards: a STOP that nobody can be found for.
    const device = await lab.device();
    const say = async (text: string) =>
      await lab.simulator.say({ from: contact, device: device.phone, text, address });
    const first = await lab.connect(device);
    await say('hello');
    await first.untilHeard(1);
    await first.session.close();
    const id = await say('STOP');
    const second = await lab.connect(device);
    expect(first.inbound).toMatchObject([{ from: contact, text: 'hello' }]);
    expect(second.inbound).toEqual([
      { messageId: id, from: contact, text: 'STOP', at: expect.any(Number) as number },
    ]);
    await second.session.close();
  },
);

test('a receipt for a message of an earlier session is told', async () => {
  const device = await lab.device();
  const first = await lab.connect(device);
  const hello = device.message();
  await lab.simulator.strike({ on: 'message', do: 'accept_then_drop', device: device.phone });
  await first.session.send(hello, open);
  await lab.simulator.untilSeen(
    (line) => line.event === 'delivered' && line['id'] === hello.messageId,
  );
  const second = await lab.connect(device);
  expect(second.receipts.join()).toMatch(new RegExp(`${hello.messageId} (delivered|read)`));
  await second.session.close();
});

test('a phone that could not read a message gets it again after a restart, under its id', async () => {
  const device = await lab.device();
  const first = await lab.connect(device);
  const hello = device.message();
  await first.session.send(hello, open);
  await first.session.close();
  const asked: string[] = [];
  const second = await lab.connect(device, {
    findMessage: (id) => {
      asked.push(id);
      return Promise.resolve(id === hello.messageId ? hello : undefined);
    },
  });
  await lab.simulator.retry({ device: device.phone, to: contact, id: hello.messageId });
  const again = await lab.simulator.untilSeen(
    (line) => line.event === 'resent' && line['id'] === hello.messageId,
  );
  expect(again).toMatchObject({ device: device.phone, to: contact, text: hello.body });
  expect(asked).toEqual([hello.messageId]);
  await second.session.close();
});

test('a phone that asks for what was meant for another gets nothing', async () => {
  // Guards: an id as the only proof that somebody may read a message.
  const device = await lab.device();
  const first = await lab.connect(device);
  const hello = device.message();
  await first.session.send(hello, open);
  await first.session.close();
  const another = phoneNumber('+15559990002');
  const meant: OutboundMessage = { ...hello, toJid: `${another.slice(1)}@s.whatsapp.net` };
  let answered: (() => void) | undefined;
  const looked = new Promise<void>((resolve) => {
    answered = resolve;
  });
  const second = await lab.connect(device, {
    findMessage: () => {
      answered?.();
      return Promise.resolve(meant);
    },
  });
  await lab.simulator.retry({ device: device.phone, to: contact, id: hello.messageId });
  await looked;
  // What is sent now would come after it.
  expect(await second.session.send(device.message(), open)).toMatchObject({ kind: 'accepted' });
  expect(await lab.ofDevice('resent', device)).toEqual([]);
  await second.session.close();
});
