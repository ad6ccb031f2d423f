import {
  deviceId,
  type MessageId,
  type NotSentReason,
  phoneNumber,
  userJid,
} from '@dripfleet/domain';
import { startSimulator, type TestSimulator } from '@dripfleet/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Session, simulatedTransport, type Taken } from '../src/index.ts';
import { timings } from './contract.ts';
import { memoryCredentials } from './memory-credentials.ts';

const contact = phoneNumber('+15559990001');

let simulator: TestSimulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(async () => await simulator.stop());

type Connected = Readonly<{ session: Session; heard: readonly string[] }>;

/** A session that writes down what it hears, and takes it as `take` says. */
async function connect(
  phone: string,
  take: () => void | Promise<Taken>,
  gate: () => NotSentReason | undefined = () => undefined,
): Promise<Connected> {
  const heard: string[] = [];
  const session = await simulatedTransport(simulator.url, timings).open(
    {
      deviceId: deviceId(1),
      phone: phoneNumber(phone),
      gate,
      credentials: memoryCredentials(),
      findMessage: () => Promise.resolve(undefined),
      events: {
        onReceipt: ({ messageId, kind }) => {
          heard.push(`${messageId} ${kind}`);
          return take();
        },
        onInbound: ({ text }) => {
          heard.push(text ?? '');
          return take();
        },
        onTimeLock: () => {},
        onEnd: () => {},
      },
    },
    new AbortController().signal,
  );
  await session.caughtUp;
  return { session, heard };
}

/** Sends a message, so that what the session wrote before it has arrived, too. */
async function send(session: Session, id: string): Promise<void> {
  const message = { messageId: id as MessageId, toJid: userJid(contact), body: 'Hello' };
  expect(await session.send(message, () => undefined)).toMatchObject({ kind: 'accepted' });
}

test('what was heard and not stored comes again at the next connect; what was stored does not', async () => {
  // Guards: a STOP that was only in the memory of the process that died.
  const phone = '+15550000101';
  const say = async (text: string) => await simulator.say({ from: contact, device: phone, text });
  await say('STOP');
  const dying = await connect(phone, () => new Promise<Taken>(() => {}));
  expect(dying.heard).toEqual(['STOP']);
  dying.session.terminate();
  const failing = await connect(phone, () => Promise.resolve('not_stored'));
  expect(failing.heard).toEqual(['STOP']);
  failing.session.terminate();
  const storing = await connect(phone, () => Promise.resolve('stored'));
  expect(storing.heard).toEqual(['STOP']);
  await storing.session.close();
  const next = await connect(phone, () => {});
  expect(next.heard).toEqual([]);
  await next.session.close();
});

test('receipts that were not stored come again, each of its kind', async () => {
  const phone = '+15550000102';
  const dying = await connect(phone, () => new Promise<Taken>(() => {}));
  await send(dying.session, 'A1');
  dying.session.terminate();
  await simulator.untilSeen(({ event, id }) => event === 'delivered' && id === 'A1');
  const next = await connect(phone, () => {});
  expect(next.heard[0]).toBe('A1 delivered');
  await next.session.close();
});

test('a session whose worker was fenced confirms nothing any more', async () => {
  // Guards: a frame of a worker that lost its device.
  const phone = '+15550000103';
  await simulator.say({ from: contact, device: phone, text: 'STOP' });
  let reason: NotSentReason | undefined;
  let store: ((taken: Taken) => void) | undefined;
  const stored = new Promise<Taken>((resolve) => {
    store = resolve;
  });
  const fenced = await connect(
    phone,
    () => stored,
    () => reason,
  );
  reason = 'fenced';
  store?.('stored');
  await stored;
  await fenced.session.close();
  const next = await connect(phone, () => {});
  expect(next.heard).toEqual(['STOP']);
  await next.session.close();
});
