import { copyFile } from 'node:fs/promises';
import { createKeyFile, openKeyring } from '@dripfleet/credentials';
import { type DeviceId, isUnreadableReason, type SequenceContactId } from '@dripfleet/domain';
import { cancelPairing, readPairing, requestPairing } from '@dripfleet/operations';
import { addContact, addDevice, addRun, addSequence, type Run } from '@dripfleet/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WorkerEvent } from '../src/events.ts';
import { type Bench, openBench, startWorker, type TestWorker } from './worker-fixture.ts';

/** The pause after another connection of the device won. */
const replacedPause = 30_000;
const confirmation = 'You will not receive any more messages from us.';

let bench: Bench;
let worker: TestWorker;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => {
  worker = await startWorker(bench, { transport: 'baileys' });
});
afterEach(async () => await worker.stop());

const definition = (onReply: 'exit' | 'continue' = 'exit') => ({
  onUncertain: 'resend',
  onFailedStep: 'skip',
  onReply,
  reenroll: { kind: 'never' },
  steps: [
    { key: 'hello', delay: 0, text: 'Hello {{ name }}' },
    { key: 'tip', delay: 0, text: 'A tip' },
  ],
});

type Facts = Readonly<{
  name: string;
  phone: string;
  state: string;
  reason: string;
  owner: string;
}>;

async function factsOf(device: DeviceId): Promise<Facts> {
  const [facts] = await bench.store.sql<Facts>(
    `select name, phone, session_state as state, state_reason as reason, owner_worker_id as owner
       from devices where id = $1`,
    [device],
  );
  if (!facts) throw new Error(`no device ${device}`);
  return facts;
}

/** Pairs a device as an operator and its phone do; a worker that scans must be there. */
async function pair(device: DeviceId): Promise<void> {
  const { name, phone } = await factsOf(device);
  const keyring = await openKeyring(bench.keyFile);
  await requestPairing(bench.store.db, { device: name, method: 'qr', actor: 'test' });
  await worker.manager.scan();
  for (let scanned = ''; ;) {
    const pairing = await readPairing(bench.store.db, keyring, name);
    if (pairing.kind === 'paired') return;
    if (pairing.kind === 'failed') throw new Error(pairing.reason);
    if (pairing.kind === 'waiting' && pairing.content !== scanned) {
      scanned = pairing.content;
      await bench.simulator.scan(scanned, phone);
    }
  }
}

const isOpened = (device: DeviceId) => (event: WorkerEvent) =>
  event.kind === 'session.opened' && event.deviceId === device;
const isConcluded = (id: SequenceContactId, step: string) => (event: WorkerEvent) =>
  event.kind === 'delivery.concluded' && event.sequenceContactId === id && event.stepKey === step;
const hasEnded = (device: DeviceId) => (event: WorkerEvent) =>
  event.kind === 'session.ended' && event.deviceId === device;

/** Resolves when the device's session has opened so often. */
async function untilOpened(device: DeviceId, times: number): Promise<void> {
  // One turn of the network between two looks.
  while (worker.events.filter(isOpened(device)).length < times) await bench.simulator.stats();
}

/** A device that is paired and connected. */
async function addPaired(): Promise<DeviceId> {
  const device = await addDevice(bench.store);
  await pair(device);
  await worker.until(isOpened(device));
  return device;
}

async function enroll(device: DeviceId, onReply: 'exit' | 'continue' = 'exit'): Promise<Run> {
  const sequence = await addSequence(bench.store, { definition: definition(onReply) });
  return await addRun(bench.store, device, { sequence_id: sequence });
}

/** Queues what is due and wakes the device. */
async function send(device: DeviceId): Promise<void> {
  await bench.enqueue(device);
  worker.manager.workers.get(device)?.wake();
}

async function sendStep(device: DeviceId, run: Run, step: 'hello' | 'tip'): Promise<WorkerEvent> {
  await send(device);
  return await worker.until(isConcluded(run.id, step));
}

async function runOf(run: Run): Promise<Record<string, unknown> | undefined> {
  const [row] = await bench.store.sql(
    'select status, exit_reason, dispatch_state, next_step_key from sequence_contacts where id = $1',
    [run.id],
  );
  return row;
}

async function phoneOf(run: Run): Promise<string> {
  const sql = 'select phone from contacts where id = $1';
  const [row] = await bench.store.sql<{ phone: string }>(sql, [run.contactId]);
  return row?.phone ?? '';
}

const connects = async (phone: string) =>
  (await bench.simulator.ledger('connect')).filter((line) => line['device'] === phone).length;

test('a device is paired by its QR, sends what was encrypted for the contact alone, and hears its receipts', async () => {
  const device = await addPaired();
  const run = await enroll(device);
  expect(await sendStep(device, run, 'hello')).toMatchObject({ conclusion: 'sent' });
  await sendStep(device, run, 'tip');
  expect((await bench.messages(device)).map(({ text }) => text)).toEqual(['Hello Ana', 'A tip']);
  const receipt = { event: 'delivered', to: await phoneOf(run) };
  await bench.simulator.untilSeen(
    (line) => line.event === 'delivered' && line['to'] === receipt.to,
  );
  for (let delivered = 0; delivered < 2;) {
    const rows = await bench.store.sql(
      'select from deliveries where sequence_contact_id = $1 and delivered_at is not null',
      [run.id],
    );
    delivered = rows.length;
  }
  expect(await factsOf(device)).toMatchObject({ state: 'open', reason: null });
});

test('what was accepted as the line broke is sent again under the same id, and shown once', async () => {
  const device = await addPaired();
  const run = await enroll(device);
  const { phone } = await factsOf(device);
  const before = await bench.simulator.stats();
  await bench.simulator.strike({ on: 'message', do: 'accept_then_drop', device: phone });
  expect(await sendStep(device, run, 'hello')).toMatchObject({ conclusion: 'recover' });
  await worker.until(
    (event) =>
      (isConcluded(run.id, 'hello')(event) &&
        'conclusion' in event &&
        event.conclusion === 'sent') ||
      (event.kind === 'delivery.settled' && event.sequenceContactId === run.id),
  );
  const ids = new Set((await bench.messages(device)).map(({ id }) => id));
  expect(ids.size).toBe(1);
  const after = await bench.simulator.stats();
  expect((after['shown'] ?? 0) - (before['shown'] ?? 0)).toBe(1);
});

test('a store that fails after the write ends the connection; the message is settled, not lost', async () => {
  // Guards: going on with a ratchet that Postgres does not know, so that the next message can't be read.
  const device = await addPaired();
  const run = await enroll(device);
  await sendStep(device, run, 'hello');
  await bench.store.sql(
    `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$`,
  );
  await bench.store.sql(
    'create trigger refuse before insert or update on device_credentials execute function refuse()',
  );
  // So that the store fails first: an acknowledgement alone would settle it.
  const { phone } = await factsOf(device);
  await bench.simulator.strike({ on: 'message', do: 'delay', device: phone, ms: 5_000 });
  try {
    const tip = await sendStep(device, run, 'tip');
    expect(tip).toMatchObject({ conclusion: 'recover' });
    await worker.until(hasEnded(device));
  } finally {
    await bench.store.sql('drop trigger refuse on device_credentials');
    await bench.store.sql('drop function refuse()');
  }
  for (let status: unknown = 'active'; status !== 'completed';) {
    status = (await runOf(run))?.['status'];
  }
  const tips = (await bench.messages(device)).filter(({ text }) => text === 'A tip');
  expect(new Set(tips.map(({ id }) => id)).size).toBe(1);
  // A message after it can still be read.
  const next = await enroll(device);
  await sendStep(device, next, 'hello');
  expect((await bench.messages(device)).at(-1)).toMatchObject({ text: 'Hello Ana' });
});

describe('a refusal with 463', () => {
  test('is not tried again and holds new contacts; those the device knows go on', async () => {
    const device = await addPaired();
    const known = await enroll(device);
    await sendStep(device, known, 'hello');
    const { phone } = await factsOf(device);
    // The known contact's next step waits until the restriction is there.
    await bench.store.sql(
      `update sequence_contacts set next_trigger_time = now() + interval '1 h' where id = $1`,
      [known.id],
    );
    const stranger = await enroll(device);
    const to = await phoneOf(stranger);
    await bench.simulator.strike({ on: 'message', do: 'nack', code: 463, device: phone, to });
    expect(await sendStep(device, stranger, 'hello')).toMatchObject({ conclusion: 'held' });
    const other = await enroll(device);
    await bench.store.sql('update sequence_contacts set next_trigger_time = now() where id = $1', [
      known.id,
    ]);
    await sendStep(device, known, 'tip');
    await worker.until((event) => event.kind === 'job.skipped' && event.reason === 'new_contact');
    expect(await runOf(stranger)).toMatchObject({ dispatch_state: 'held' });
    expect(await runOf(other)).toMatchObject({ dispatch_state: 'idle', next_step_key: 'hello' });
    expect(await runOf(known)).toMatchObject({ status: 'completed' });
    expect(await factsOf(device)).toMatchObject({ state: 'restricted' });
    const tried = (await bench.simulator.ledger('message')).filter((line) => line['to'] === to);
    expect(tried.map((line) => line['outcome'])).toEqual(['nacked']);
  });

  test('a time-lock that WhatsApp announces holds new contacts, and lifts', async () => {
    const device = await addPaired();
    const { phone } = await factsOf(device);
    await bench.simulator.timelock(phone, true, 3_600);
    for (let state = ''; state !== 'restricted';) ({ state } = await factsOf(device));
    const run = await enroll(device);
    await send(device);
    await worker.until((event) => event.kind === 'job.skipped' && event.reason === 'new_contact');
    await bench.simulator.timelock(phone, false);
    for (let state = ''; state !== 'open';) ({ state } = await factsOf(device));
    await bench.store.sql('update sequence_contacts set next_trigger_time = now() where id = $1', [
      run.id,
    ]);
    expect(await sendStep(device, run, 'hello')).toMatchObject({ conclusion: 'sent' });
  });
});

describe('another connection of the device', () => {
  test('wins without a fight: the owner waits, and the third time it stops in conflict', async () => {
    // Guards: two connections that replace each other for ever (440).
    const device = await addPaired();
    const { phone } = await factsOf(device);
    const first = await connects(phone);
    for (const round of [1, 2]) {
      await bench.simulator.replace(phone);
      await worker.clock.untilAsleep(replacedPause);
      expect(await connects(phone)).toBe(first + round - 1);
      worker.clock.wakeSleepers(replacedPause);
      await untilOpened(device, round + 1);
    }
    await bench.simulator.replace(phone);
    await worker.until((event) => event.kind === 'claim.released' && event.deviceId === device);
    expect(await factsOf(device)).toMatchObject({ state: 'conflict', owner: null });
    expect(await connects(phone)).toBe(first + 2);
  });

  test('that is the new owner’s is left alone', async () => {
    const device = await addPaired();
    const { phone } = await factsOf(device);
    const before = await connects(phone);
    await bench.store.sql(
      'update devices set owner_worker_id = gen_random_uuid(), owner_epoch = owner_epoch + 1 where id = $1',
      [device],
    );
    // A credential that the session wrote in between was fenced, and ended it already.
    await bench.simulator.replace(phone).catch(async () => await worker.until(hasEnded(device)));
    await worker.until((event) => event.kind === 'claim.lost' && event.deviceId === device);
    expect(await connects(phone)).toBe(before);
  });
});

test('a device that its phone unlinked needs pairing, keeps its rows, and goes on when it is paired again', async () => {
  const device = await addPaired();
  const run = await enroll(device);
  await sendStep(device, run, 'hello');
  const { phone } = await factsOf(device);
  const before = await connects(phone);
  await bench.simulator.unlink(phone);
  await worker.until((event) => event.kind === 'claim.released' && event.deviceId === device);
  expect(await factsOf(device)).toMatchObject({ state: 'logged_out', owner: null });
  expect(await runOf(run)).toMatchObject({ status: 'active', next_step_key: 'tip' });
  await worker.manager.scan();
  expect(await connects(phone)).toBe(before);
  await pair(device);
  await untilOpened(device, 2);
  expect(await sendStep(device, run, 'tip')).toMatchObject({ conclusion: 'sent' });
});

test('a credential that can’t be read stops the device: no connect, and no new identity', async () => {
  // Guards: an identity that is thrown away because a row was damaged, or the key file is the wrong one.
  const device = await addPaired();
  const { phone } = await factsOf(device);
  await worker.stop();
  await bench.store.sql(
    `update device_credentials set ciphertext = set_byte(ciphertext, 20, get_byte(ciphertext, 20) # 1)
      where device_id = $1 and kind = 'creds'`,
    [device],
  );
  const stored =
    'select kind, key_id, ciphertext from device_credentials where device_id = $1 order by 1, 2';
  const before = await bench.store.sql(stored, [device]);
  const connected = await connects(phone);
  worker = await startWorker(bench, { transport: 'baileys' });
  await enroll(device);
  await worker.manager.scan();
  await worker.until((event) => event.kind === 'claim.released' && event.deviceId === device);
  expect(await factsOf(device)).toMatchObject({
    state: 'unpaired',
    reason: expect.stringContaining('its stored credentials cannot be read') as string,
  });
  expect(await bench.store.sql(stored, [device])).toEqual(before);
  expect(await connects(phone)).toBe(connected);
});

describe('pairing', () => {
  /** Asks for it, and waits for the first QR. */
  async function ask(device: DeviceId) {
    const { name } = await factsOf(device);
    const keyring = await openKeyring(bench.keyFile);
    const asked = await requestPairing(bench.store.db, {
      device: name,
      method: 'qr',
      actor: 'test',
    });
    if (asked.kind !== 'requested') throw new Error(asked.kind);
    await worker.manager.scan();
    for (;;) {
      const pairing = await readPairing(bench.store.db, keyring, name);
      if (pairing.kind === 'waiting') return { asked, name, keyring, qr: pairing.content };
    }
  }
  const untilReleased = async (device: DeviceId) =>
    await worker.until((event) => event.kind === 'claim.released' && event.deviceId === device);
  const identityOf = async (device: DeviceId) =>
    await bench.store.sql('select from device_credentials where device_id = $1', [device]);

  test('that nobody waits for any more ends, and the device is given up', async () => {
    const device = await addDevice(bench.store);
    const { name, asked } = await ask(device);
    await cancelPairing(bench.store.db, { ...asked, device: name, actor: 'test' });
    worker.clock.wakeSleepers(2_000);
    await untilReleased(device);
    expect(await factsOf(device)).toMatchObject({ state: 'unpaired', owner: null });
    expect(await identityOf(device)).toEqual([]);
  });

  test('with the phone of another number is refused, and nothing of it is kept', async () => {
    // Guards: a device whose contacts suddenly hear from a stranger.
    const device = await addDevice(bench.store);
    const { name, keyring, qr } = await ask(device);
    const stranger = '+15551112222';
    await bench.simulator.scan(qr, stranger);
    await untilReleased(device);
    expect(await readPairing(bench.store.db, keyring, name)).toMatchObject({ kind: 'failed' });
    expect(await factsOf(device)).toMatchObject({ state: 'unpaired' });
    expect(await identityOf(device)).toEqual([]);
    await bench.simulator.untilSeen(
      (line) => line.event === 'unpaired' && line['device'] === stranger,
    );
  });
});

test('a worker whose key file lacks the key stops no device: it says so, keeps what is stored, and goes on when it is mended', async () => {
  // Guards: one host with the wrong file that makes the whole fleet look unpaired, and operators who then pair it anew.
  const device = await addPaired();
  const { phone } = await factsOf(device);
  await worker.stop();
  const identity = async () =>
    await bench.store.sql(
      'select * from device_credentials where device_id = $1 order by kind, key_id',
      [device],
    );
  const [before, connected] = [await identity(), await connects(phone)];
  const otherKeys = `${bench.keyFile}.other`;
  await createKeyFile(otherKeys);
  worker = await startWorker(bench, { transport: 'baileys', otherKeys });
  await enroll(device);
  await worker.manager.scan();
  let facts = await factsOf(device);
  while (facts.state !== 'unreachable') facts = await factsOf(device);
  await worker.clock.untilAsleep(60_000);
  expect(isUnreadableReason(facts.reason)).toBe(true);
  expect([await identity(), await connects(phone)]).toEqual([before, connected]);
  await copyFile(bench.keyFile, otherKeys);
  worker.clock.wakeSleepers(60_000);
  await worker.until(isOpened(device));
});

describe('what contacts write', () => {
  test('STOP while the device is offline: read before the next step, which is not sent; confirmed once', async () => {
    const device = await addPaired();
    const run = await enroll(device, 'continue');
    await sendStep(device, run, 'hello');
    const { phone } = await factsOf(device);
    await worker.stop();
    const from = await phoneOf(run);
    await bench.simulator.say({ from, device: phone, text: 'Stop!' });
    await bench.enqueue(device);
    worker = await startWorker(bench, { transport: 'baileys' });
    await worker.manager.scan();
    await worker.until(
      (event) => event.kind === 'confirmation.concluded' && event.deviceId === device,
    );
    expect(await runOf(run)).toMatchObject({ status: 'exited', exit_reason: 'suppressed' });
    const texts = (await bench.messages(device)).map(({ text }) => text);
    expect(texts).toEqual(['Hello Ana', confirmation]);
  });

  test.each(['pn', 'lid'] as const)(
    'a reply by %s exits at once, also inside a delay',
    async (address) => {
      const device = await addPaired();
      const run = await enroll(device);
      await sendStep(device, run, 'hello');
      await bench.store.sql(
        `update sequence_contacts set next_trigger_time = now() + interval '1 d' where id = $1`,
        [run.id],
      );
      const { phone } = await factsOf(device);
      await bench.simulator.say({
        from: await phoneOf(run),
        device: phone,
        text: 'Who is this?',
        address,
      });
      await worker.until(
        (event) =>
          event.kind === 'contact.replied' && event.runsExited === 1 && event.deviceId === device,
      );
      expect(await runOf(run)).toMatchObject({ status: 'exited', exit_reason: 'replied' });
    },
  );

  test('a reply leaves a run that goes on whatever the contact writes', async () => {
    const device = await addPaired();
    const run = await enroll(device, 'continue');
    await sendStep(device, run, 'hello');
    const { phone } = await factsOf(device);
    await bench.simulator.say({ from: await phoneOf(run), device: phone, text: 'Tell me more' });
    await worker.until((event) => event.kind === 'contact.replied' && event.deviceId === device);
    expect(await sendStep(device, run, 'tip')).toMatchObject({ conclusion: 'sent' });
  });
});

test('a number that is not on WhatsApp fails its step, and the device goes on', async () => {
  const device = await addPaired();
  const contact = await addContact(bench.store);
  const [{ phone } = { phone: '' }] = await bench.store.sql<{ phone: string }>(
    'select phone from contacts where id = $1',
    [contact],
  );
  await bench.simulator.missing(phone);
  const run = await enroll(device);
  await bench.store.sql('update sequence_contacts set contact_id = $2 where id = $1', [
    run.id,
    contact,
  ]);
  expect(await sendStep(device, run, 'hello')).toMatchObject({
    conclusion: 'failed',
    errorClass: 'contact',
  });
  expect(await sendStep(device, await enroll(device), 'hello')).toMatchObject({
    conclusion: 'sent',
  });
});
