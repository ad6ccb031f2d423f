import {
  durationMs,
  type EpochMs,
  epochMs,
  messageId,
  optOutKey,
  type PhoneNumber,
} from '@dripfleet/domain';
import {
  beginConfirmation,
  beginDeliveries,
  type BeginOutcome,
  finishDeliveries,
  getSettings,
  shareSuppressions,
  suppressContact,
} from '@dripfleet/store';
import {
  addConfirmation,
  addDelivery,
  addOwnedDevice,
  addRun,
  addSequence,
  ago,
  changesOf,
  type Columns,
  openTestStore,
  type OwnedDevice,
  type Run,
  type TestStore,
  twoSteps,
  untilWaiting,
} from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  hearMessage,
  type HeardMessage,
  type HearOutcome,
  suppressPhone,
  unsuppressPhone,
} from '../src/index.ts';

let store: TestStore;
let secret: Uint8Array;
let heard = 0;
let people = 0;

beforeAll(async () => {
  store = await openTestStore({ connectionsMax: 8 });
  ({ secret } = await getSettings(store.db));
});
afterAll(async () => await store.close());

const exitsOnReply = { ...twoSteps, onReply: 'exit' };
const minutesAgo = (minutes: number): EpochMs => epochMs(Date.now() - minutes * 60_000);

type Enrolled = Readonly<{ device: OwnedDevice; run: Run; phone: PhoneNumber }>;

/** A contact in the middle of a sequence on a device; `sent`: it got the first step. */
async function addEnrolled({
  sent = true,
  definition = exitsOnReply,
  run: columns = {},
}: { sent?: boolean; definition?: object; run?: Columns } = {}): Promise<Enrolled> {
  const device = await addOwnedDevice(store);
  const run = await addRun(store, device.deviceId, {
    sequence_id: await addSequence(store, { definition }),
    enrolled_at: ago(3_600_000),
    ...(sent && { next_step_key: 'tip' }),
    contact: { phone: `+1202555${1_000 + (people += 1)}` },
    ...columns,
  });
  if (sent) await addDelivery(store, run, { state: 'sent', acked_at: new Date() });
  const [contact] = await store.sql<{ phone: PhoneNumber }>(
    'select phone from contacts where id = $1',
    [run.contactId],
  );
  if (!contact) throw new Error('no contact');
  return { device, run, phone: contact.phone };
}

const hear = async (
  { device, phone }: Pick<Enrolled, 'device' | 'phone'>,
  changes: Partial<HeardMessage> = {},
): Promise<HearOutcome> =>
  await hearMessage(store.db, {
    deviceId: device.deviceId,
    messageId: `IN${(heard += 1)}`,
    from: phone,
    kind: 'opt_out',
    at: minutesAgo(0),
    confirmation: 'You are out',
    secret,
    ...changes,
  });
const reply = async (enrolled: Enrolled, changes: Partial<HeardMessage> = {}) =>
  await hear(enrolled, { kind: 'reply', ...changes });

const letInAgain = async ({ phone }: Enrolled) => {
  const outcome = await unsuppressPhone(store.db, { phone, actor: 'ops' });
  expect(outcome).toEqual({ kind: 'unsuppressed' });
};

const runOf = async ({ run }: Enrolled) => {
  const [row] = await store.sql(
    'select status, exit_reason, dispatch_state from sequence_contacts where id = $1',
    [run.id],
  );
  return row;
};
const confirmationsOf = async ({ run }: Pick<Enrolled, 'run'>) =>
  await store.sql<{ cycle: number; state: string; message_id: string }>(
    `select cycle, state, body, message_id, to_jid, device_id::integer, attempts from deliveries
      where contact_id = $1 and step_key = 'opt-out' order by sequence_contact_id, cycle`,
    [run.contactId],
  );
const begin = async ({ device, run }: Enrolled): Promise<BeginOutcome | undefined> =>
  (
    await beginDeliveries(store.db, device.worker, [
      {
        sequenceContactId: run.id,
        dispatchSeq: 1,
        stepKey: 'hello' as never,
        deviceId: device.deviceId,
        epoch: device.epoch,
        pacingVersion: 0,
        messageId: `3EB0B${run.id}` as never,
        toJid: 'x@s.whatsapp.net',
        body: 'Hello',
      },
    ])
  )[0];
const queued = { dispatch_state: 'queued', dispatch_seq: 1 };

describe('an opt-out', () => {
  it('suppresses the number, ends the runs on all devices, and leaves one confirmation', async () => {
    const enrolled = await addEnrolled();
    const { device, run, phone } = enrolled;
    const elsewhere = await addOwnedDevice(store);
    await store.sql(
      `insert into sequence_contacts (sequence_id, version, contact_id, device_id, next_step_key, next_trigger_time)
       values ($1, 1, $2, $3, 'hello', now())`,
      [await addSequence(store), run.contactId, elsewhere.deviceId],
    );
    expect(await hear(enrolled)).toEqual({
      kind: 'opted_out',
      isNew: true,
      runsExited: 2,
      isConfirmed: true,
    });
    expect(await runOf(enrolled)).toMatchObject({ status: 'exited', exit_reason: 'suppressed' });
    expect(await confirmationsOf(enrolled)).toEqual([
      {
        cycle: 0,
        state: 'ready',
        body: 'You are out',
        message_id: messageId(secret, {
          sequenceContactId: run.id,
          stepKey: optOutKey,
          cycle: 0,
        }),
        to_jid: `${phone.slice(1)}@s.whatsapp.net`,
        device_id: device.deviceId,
        attempts: 0,
      },
    ]);
    const actions = await store.sql(
      'select actor, action, detail from operator_actions where object = $1',
      [`contact:${run.contactId}`],
    );
    expect(actions).toEqual([
      {
        actor: `device:${device.deviceId}`,
        action: 'suppress',
        detail: { reason: 'stop', runs_exited: 2 },
      },
    ]);
  });

  it('that comes again changes nothing', async () => {
    // Guards: a message that could not be confirmed to the network before a crash.
    const enrolled = await addEnrolled();
    const message = { messageId: 'AGAIN', at: minutesAgo(5) };
    await hear(enrolled, message);
    await letInAgain(enrolled);
    const changed = await changesOf(store, async () => {
      expect(await hear(enrolled, message)).toEqual({ kind: 'repeated' });
    });
    expect(changed).toEqual({});
    const { phone } = enrolled;
    expect(
      await suppressPhone(store.db, { phone, reason: 'operator', actor: 'ops' }),
    ).toMatchObject({ kind: 'suppressed' });
  });

  it('written twice is confirmed once', async () => {
    const enrolled = await addEnrolled();
    expect(await hear(enrolled)).toMatchObject({ isNew: true, isConfirmed: true });
    expect(await hear(enrolled)).toMatchObject({ isNew: false, isConfirmed: false });
    expect(await confirmationsOf(enrolled)).toHaveLength(1);
  });

  it('heard by two devices at the same time is confirmed once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const enrolled = await addEnrolled();
      const other = await addOwnedDevice(store);
      await Promise.all([
        hear(enrolled),
        hear(enrolled),
        hear({ device: other, phone: enrolled.phone }),
      ]);
      expect((await confirmationsOf(enrolled)).length).toBeLessThanOrEqual(1);
      expect(await runOf(enrolled)).toMatchObject({ status: 'exited' });
    }
  });

  it('of a number that is nobody’s suppresses it all the same', async () => {
    const device = await addOwnedDevice(store);
    const phone = '+15559998877' as PhoneNumber;
    expect(await hear({ device, phone })).toEqual({
      kind: 'opted_out',
      isNew: true,
      runsExited: 0,
      isConfirmed: false,
    });
    expect(
      await suppressPhone(store.db, { phone, reason: 'operator', actor: 'ops' }),
    ).toMatchObject({ kind: 'already_suppressed' });
  });

  it('is not confirmed to whom nothing was sent from that device', async () => {
    // Guards: a first message to somebody who asked for none.
    const enrolled = await addEnrolled({ sent: false });
    await addDelivery(store, enrolled.run, { state: 'ready' });
    expect(await hear(enrolled)).toMatchObject({ runsExited: 1, isConfirmed: false });
    const second = await addEnrolled();
    const other = await addOwnedDevice(store);
    expect(await hear({ device: other, phone: second.phone })).toMatchObject({
      isConfirmed: false,
    });
  });

  it('is not confirmed when confirmations are off', async () => {
    const enrolled = await addEnrolled();
    expect(await hear(enrolled, { confirmation: undefined })).toMatchObject({
      isConfirmed: false,
    });
  });

  it('again after the contact was let in again is confirmed anew, and the earlier one is not sent', async () => {
    const enrolled = await addEnrolled();
    await hear(enrolled);
    await letInAgain(enrolled);
    expect(await hear(enrolled)).toMatchObject({ isNew: true, isConfirmed: true });
    const [first, second] = await confirmationsOf(enrolled);
    expect(second).toMatchObject({ cycle: 1, state: 'ready' });
    expect(second?.message_id).not.toBe(first?.message_id);
    const { device, run } = enrolled;
    const outcomes = [];
    for (const cycle of [0, 1]) {
      outcomes.push(
        await beginConfirmation(store.db, device.worker, {
          sequenceContactId: run.id,
          cycle,
          deviceId: device.deviceId,
          epoch: device.epoch,
          pacingVersion: 0,
          ageMax: durationMs(86_400_000),
        }),
      );
    }
    expect(outcomes).toMatchObject([{ kind: 'cancelled', reason: 'revoked' }, { kind: 'begun' }]);
  });

  it('committed before begin leaves nothing to send', async () => {
    // Guards invariant 7 on the way of the opt-out.
    const enrolled = await addEnrolled({ sent: false, run: queued });
    await hear(enrolled);
    expect((await begin(enrolled))?.kind).not.toBe('begun');
  });

  it('against begin, at the same time: begun before it, or not at all', async () => {
    for (let round = 0; round < 40; round += 1) {
      const enrolled = await addEnrolled({ sent: false, run: queued });
      const [, outcome] = await Promise.all([hear(enrolled), begin(enrolled)]);
      expect(await runOf(enrolled)).toMatchObject({
        status: 'exited',
        dispatch_state: outcome?.kind === 'begun' ? 'sending' : 'idle',
      });
      expect((await begin(enrolled))?.kind).not.toBe('begun');
    }
  });
});

describe('a reply', () => {
  it.each<[string, Parameters<typeof addEnrolled>[0], string]>([
    ['inside a delay', { run: { next_trigger_time: ago(-86_400_000) } }, 'idle'],
    ['while the next step is queued', { run: queued }, 'idle'],
    ['before the first step', { sent: false }, 'idle'],
    ['while the run is paused', { run: { status: 'paused' } }, 'idle'],
    ['while a message is in flight', { run: { dispatch_state: 'sending' } }, 'sending'],
  ])('%s ends the run, where its edition says so', async (_, options, dispatchState) => {
    const enrolled = await addEnrolled(options);
    expect(await reply(enrolled)).toEqual({ kind: 'replied', runsExited: 1 });
    expect(await runOf(enrolled)).toEqual({
      status: 'exited',
      exit_reason: 'replied',
      dispatch_state: dispatchState,
    });
    expect(await reply(enrolled)).toEqual({ kind: 'replied', runsExited: 0 });
  });

  it.each([{ ...twoSteps, onReply: 'continue' }, twoSteps])(
    'ends no run that goes on after one, or whose edition is older than the rule',
    async (definition) => {
      const enrolled = await addEnrolled({ definition });
      expect(await reply(enrolled)).toEqual({ kind: 'replied', runsExited: 0 });
      expect(await runOf(enrolled)).toMatchObject({ status: 'active' });
    },
  );

  it('ends no run of another device', async () => {
    const enrolled = await addEnrolled();
    const device = await addOwnedDevice(store);
    expect(await hear({ device, phone: enrolled.phone }, { kind: 'reply' })).toMatchObject({
      runsExited: 0,
    });
    expect(await runOf(enrolled)).toMatchObject({ status: 'active' });
  });

  it('written before the run began, and read after, does not end it', async () => {
    // Guards: whoever wrote while a device was offline, enrolled since, and never written to.
    const enrolled = await addEnrolled();
    expect(await reply(enrolled, { at: minutesAgo(120) })).toMatchObject({ runsExited: 0 });
    expect(await reply(enrolled, { at: minutesAgo(30) })).toMatchObject({ runsExited: 1 });
  });

  it('that comes again ends no later run', async () => {
    const enrolled = await addEnrolled({ run: { status: 'completed', next_step_key: null } });
    const message = { messageId: 'REPLY-AGAIN' };
    await reply(enrolled, message);
    await store.sql(
      "update sequence_contacts set status = 'active', next_step_key = 'tip' where id = $1",
      [enrolled.run.id],
    );
    expect(await reply(enrolled, message)).toEqual({ kind: 'repeated' });
    expect(await runOf(enrolled)).toMatchObject({ status: 'active' });
  });

  it('closes what is known not to have left', async () => {
    const enrolled = await addEnrolled({ sent: false });
    await addDelivery(store, enrolled.run, { state: 'ready' });
    await reply(enrolled);
    const rows = await store.sql('select state from deliveries where sequence_contact_id = $1', [
      enrolled.run.id,
    ]);
    expect(rows).toEqual([{ state: 'cancelled' }]);
  });

  it('to a message whose answer comes later leaves its run ended', async () => {
    const enrolled = await addEnrolled({ sent: false, run: { dispatch_state: 'sending' } });
    const { run } = enrolled;
    await addDelivery(store, run);
    await reply(enrolled);
    await finishDeliveries(store.db, [
      {
        sequenceContactId: run.id,
        stepKey: 'hello' as never,
        attempt: 1,
        state: 'sent',
        error: undefined,
        move: { kind: 'next', stepKey: 'tip' as never, dueIn: durationMs(0) },
      },
    ]);
    expect(await runOf(enrolled)).toEqual({
      status: 'exited',
      exit_reason: 'replied',
      dispatch_state: 'idle',
    });
  });

  it('of a number that is nobody’s is remembered, and nothing else', async () => {
    const device = await addOwnedDevice(store);
    const phone = '+15559998866' as PhoneNumber;
    const changed = await changesOf(store, async () => {
      expect(await hear({ device, phone }, { kind: 'reply' })).toEqual({
        kind: 'replied',
        runsExited: 0,
      });
    });
    expect(changed).toEqual({});
  });

  it('with an id that another contact’s message had is heard', async () => {
    // Guards: an opt-out taken for a repeat, because phones choose the ids of their messages.
    const [ana, ben] = [await addEnrolled(), await addEnrolled()];
    const { device } = ana;
    await hear(ana, { kind: 'reply', messageId: 'SAME' });
    expect(await hear({ device, phone: ben.phone }, { messageId: 'SAME' })).toMatchObject({
      kind: 'opted_out',
      isNew: true,
    });
  });
});

it('nothing of a message is kept but that it was heard', async () => {
  const enrolled = await addEnrolled();
  await reply(enrolled, { messageId: 'KEPT' });
  const rows = await store.sql("select * from inbound_messages where message_id = 'KEPT'");
  expect(rows).toEqual([
    {
      device_id: expect.anything(),
      message_id: 'KEPT',
      contact_id: expect.anything(),
      kind: 'reply',
      heard_at: expect.any(Date),
    },
  ]);
});

it('a run that ends for a reply takes no confirmation with it', async () => {
  // Guards: the confirmation of an earlier opt-out, closed with the messages of a later run.
  const enrolled = await addEnrolled({ run: { status: 'exited' } });
  await addConfirmation(store, enrolled.run);
  await reply(enrolled);
  expect(await confirmationsOf(enrolled)).toMatchObject([{ state: 'ready' }]);
});

it('an opt-out waits for an enrolment that is under way, and ends its run', async () => {
  // Guards: somebody who said stop in the moment of being enrolled, whom neither side sees of the other.
  const device = await addOwnedDevice(store);
  const sequence = await addSequence(store);
  const phone = `+1202555${1_000 + (people += 1)}` as PhoneNumber;
  const { hearing } = await store.db.transaction(async (tx) => {
    await shareSuppressions(tx);
    const started = hearMessage(store.db, {
      deviceId: device.deviceId,
      messageId: `race-${(heard += 1)}`,
      from: phone,
      kind: 'opt_out',
      at: minutesAgo(0),
      confirmation: undefined,
      secret,
    });
    await Promise.race([started, untilWaiting(store)]);
    // What the enrolment writes; in another transaction here, for it is the lock that is looked at.
    await addRun(store, device.deviceId, { sequence_id: sequence, contact: { phone } });
    return { hearing: started };
  });
  expect(await hearing).toMatchObject({ kind: 'opted_out', runsExited: 1 });
});

it('a contact that opts out again keeps the time of the first', async () => {
  // Guards: a confirmation that is taken for one of an earlier opt-out, and cancelled.
  const { run, phone } = await addEnrolled();
  const first = ago(60_000);
  await store.sql('update contacts set suppressed_at = $2 where id = $1', [run.contactId, first]);
  await suppressContact(store.db, phone);
  expect(
    await store.sql('select suppressed_at from contacts where id = $1', [run.contactId]),
  ).toEqual([{ suppressed_at: first }]);
});
