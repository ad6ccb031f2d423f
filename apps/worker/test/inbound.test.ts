import { type DeviceId, epochMs, type PhoneNumber } from '@dripfleet/domain';
import { type Database, getSettings, openDatabase } from '@dripfleet/store';
import {
  addDelivery,
  addDevice,
  addRun,
  addSequence,
  FakeClock,
  openTestStore,
  type TestConnection,
  type TestStore,
  twoSteps,
  untilWaiting,
} from '@dripfleet/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WorkerEvent } from '../src/events.ts';
import { Inbound } from '../src/inbound.ts';

const applicationName = 'inbound';
let store: TestStore;
let db: Database;
let other: TestConnection;
let secret: Uint8Array;
let clock: FakeClock;
let giveUp: AbortController;
let inbound: Inbound;
let events: WorkerEvent[];
let people = 0;

beforeAll(async () => {
  store = await openTestStore();
  db = openDatabase({ url: store.url, applicationName });
  other = await store.connect();
  ({ secret } = await getSettings(store.db));
});
afterAll(async () => {
  await db.close();
  await other.close();
  await store.close();
});
beforeEach(() => {
  clock = new FakeClock();
  giveUp = new AbortController();
  events = [];
  inbound = open();
});
afterEach(() => giveUp.abort(new Error('over')));

function open(words: { OPT_OUT_WORDS?: string[]; OPT_OUT_CONFIRMATION?: string } = {}): Inbound {
  return new Inbound({
    config: {
      OPT_OUT_WORDS: [],
      OPT_OUT_MESSAGES: [],
      OPT_OUT_CONFIRMATION: 'You are out',
      ...words,
    },
    db,
    clock,
    secret,
    observe: (event) => events.push(event),
    giveUp: giveUp.signal,
  });
}

type Contact = Readonly<{ device: DeviceId; phone: PhoneNumber; contactId: number }>;

/** A contact who got the first step and waits for the second. */
async function addContact(): Promise<Contact> {
  const device = await addDevice(store);
  const phone = `+1202555${1_000 + (people += 1)}` as PhoneNumber;
  const run = await addRun(store, device, {
    sequence_id: await addSequence(store, { definition: { ...twoSteps, onReply: 'exit' } }),
    contact: { phone },
  });
  await addDelivery(store, run, { state: 'sent' });
  return { device, phone, contactId: run.contactId };
}

let ids = 0;
let confirmations = 0;
function say({ device, phone }: Contact, text: string | undefined, messageId = `IN${(ids += 1)}`) {
  const message = { messageId, from: phone, text, at: epochMs(Date.now()) };
  void inbound.receive(device, message, () => {
    confirmations += 1;
  });
}
const statusOf = async ({ contactId }: Contact) => {
  const [row] = await store.sql(
    `select s.status, s.exit_reason, c.suppressed_at is not null as suppressed
       from sequence_contacts s join contacts c on c.id = s.contact_id where c.id = $1`,
    [contactId],
  );
  return row;
};
const untilTold = async (count: number) => {
  while (events.filter(({ kind }) => kind === 'problem').length < count) {
    await store.sql('select 1');
  }
};

describe('a message', () => {
  it('that opts out stops this process in the same tick, and is stored', async () => {
    const contact = await addContact();
    confirmations = 0;
    say(contact, 'Please STOP');
    expect(inbound.vetoes(contact.phone)).toBe(true);
    await inbound.flushed(contact.device);
    expect(await statusOf(contact)).toEqual({
      status: 'exited',
      exit_reason: 'suppressed',
      suppressed: true,
    });
    expect(events).toEqual([
      { kind: 'contact.opted_out', deviceId: contact.device, isNew: true, runsExited: 1 },
    ]);
    expect(confirmations).toBe(1);
  });

  it.each(['Thanks!', undefined, 'stopwatch', ''])('such as %j is a reply', async (text) => {
    const contact = await addContact();
    say(contact, text);
    expect(inbound.vetoes(contact.phone)).toBe(false);
    await inbound.flushed(contact.device);
    expect(await statusOf(contact)).toMatchObject({ exit_reason: 'replied', suppressed: false });
    expect(events).toEqual([{ kind: 'contact.replied', deviceId: contact.device, runsExited: 1 }]);
  });

  it('that comes twice is heard once', async () => {
    const contact = await addContact();
    confirmations = 0;
    say(contact, 'stop', 'TWICE');
    say(contact, 'stop', 'TWICE');
    await inbound.flushed(contact.device);
    expect(events).toHaveLength(1);
    expect(confirmations).toBe(1);
  });

  it('with a word of the operator opts out; no confirmation where they are off', async () => {
    inbound = open({ OPT_OUT_WORDS: ['genug'], OPT_OUT_CONFIRMATION: 'off' });
    const contact = await addContact();
    confirmations = 0;
    say(contact, 'Jetzt ist es genug!');
    await inbound.flushed(contact.device);
    expect(await statusOf(contact)).toMatchObject({ suppressed: true });
    expect(confirmations).toBe(0);
  });

  it('never shows its text or its number in an event', async () => {
    const contact = await addContact();
    say(contact, 'STOP it, Ana says');
    say(contact, 'a secret');
    await inbound.drained();
    const told = JSON.stringify(events);
    expect(told).not.toContain('Ana says');
    expect(told).not.toContain('secret');
    expect(told).not.toContain(contact.phone.slice(1));
  });
});

describe('while Postgres does not answer', () => {
  it('an opt-out is kept, holds in this process, and is stored as soon as it can be', async () => {
    // Guards: a STOP lost with the connection that was to store it.
    const contact = await addContact();
    await other.sql('begin');
    await other.sql('select from contacts where id = $1 for update', [contact.contactId]);
    say(contact, 'stop');
    await untilWaiting(store);
    await store.sql(
      'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
      [applicationName],
    );
    await untilTold(1);
    let isFlushed = false;
    const flush = async () => {
      await inbound.flushed(contact.device);
      isFlushed = true;
    };
    const flushed = flush();
    await clock.untilSleeping();
    expect(isFlushed).toBe(false);
    expect(inbound.vetoes(contact.phone)).toBe(true);
    await other.sql('rollback');
    await clock.advance(10_000);
    await flushed;
    expect(await statusOf(contact)).toMatchObject({ suppressed: true });
  });

  it('messages of other devices do not make the catching-up of one wait for ever', async () => {
    const [held, free] = [await addContact(), await addContact()];
    await other.sql('begin');
    await other.sql('select from contacts where id = $1 for update', [held.contactId]);
    say(held, 'hello');
    await untilWaiting(store);
    say(free, 'hello');
    await inbound.flushed(free.device);
    expect(await statusOf(free)).toMatchObject({ exit_reason: 'replied' });
    await other.sql('rollback');
    await inbound.flushed(held.device);
    expect(await statusOf(held)).toMatchObject({ exit_reason: 'replied' });
  });

  it('the end of the process ends the tries; the veto holds until then', async () => {
    const contact = await addContact();
    await other.sql('begin');
    await other.sql('select from contacts where id = $1 for update', [contact.contactId]);
    say(contact, 'stop');
    await untilWaiting(store);
    await store.sql(
      'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
      [applicationName],
    );
    await clock.untilSleeping();
    giveUp.abort(new Error('over'));
    await inbound.drained();
    await other.sql('rollback');
    expect(inbound.vetoes(contact.phone)).toBe(true);
    expect(await statusOf(contact)).toMatchObject({ suppressed: false });
  });

  it('a message that Postgres refuses for good is told, and the next one is stored', async () => {
    const contact = await addContact();
    say({ ...contact, device: 999_999 as DeviceId }, 'hello');
    say(contact, 'hello');
    await inbound.drained();
    expect(events.map(({ kind }) => kind).toSorted()).toEqual(['contact.replied', 'problem']);
  });
});
