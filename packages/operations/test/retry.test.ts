import { durationMs, epoch, stepKey, workerId } from '@dripfleet/domain';
import { beginDeliveries, findOpenDeliveries, finishDeliveries } from '@dripfleet/store';
import {
  addDelivery,
  addDevice,
  addRun,
  addSequence,
  addWorker,
  type Columns,
  openTestStore,
  type Run,
  type TestStore,
  twoSteps,
  untilWaiting,
} from '@dripfleet/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  listDeadLetters,
  retryDeadLetters,
  type RetryRequest,
  type RetryVerb,
} from '../src/index.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => await store.close());
// Counts are of the whole database.
beforeEach(async () => {
  await store.sql('truncate deliveries, sequence_contacts, operator_actions');
});

const hello = stepKey('hello');
const definition = {
  ...twoSteps,
  steps: [twoSteps.steps[0], { ...twoSteps.steps[1], delay: 60_000 }],
};
const failed = { state: 'failed', error_class: 'account', error_code: '463', attempts: 2 };
const uncertain = { state: 'uncertain', error_class: 'unconfirmed', error_code: 'not_confirmed' };

async function addLetter(
  delivery: Columns,
  { run = { dispatch_state: 'held' }, contact = {} }: { run?: Columns; contact?: Columns } = {},
): Promise<Run> {
  const worker = await addWorker(store);
  const device = await addDevice(store, { owner_worker_id: worker, owner_epoch: 7 });
  const sequence_id = await addSequence(store, { definition });
  const added = await addRun(store, device, { sequence_id, contact, ...run });
  await addDelivery(store, added, { concluded_at: new Date(), ...delivery });
  return added;
}

const ended = {
  run: { status: 'exited', exit_reason: '463', next_step_key: null, finished_at: new Date() },
};

async function retry(request: Partial<RetryRequest> = {}) {
  const result = await retryDeadLetters(store.db, {
    state: 'failed',
    verb: 'resend',
    limit: 10_000,
    reason: 'why',
    actor: 'ops',
    ...request,
  });
  if (result.kind !== 'done') throw new Error(result.kind);
  return result;
}

async function stateOf({ id }: Run) {
  const [row] = await store.sql(
    `select s.status, s.dispatch_state, s.next_step_key, s.next_trigger_time <= now() as is_due, s.exit_reason,
            l.state, l.message_id, l.body, l.resends
       from sequence_contacts s left join deliveries l on l.sequence_contact_id = s.id and l.step_key = 'hello'
      where s.id = $1`,
    [id],
  );
  return row;
}

/** Selects the run by hand and asks begin as its device's worker does. */
async function begin({ id, deviceId }: Run, messageId = `3EB0NEW`) {
  await store.sql(
    `update sequence_contacts set dispatch_state = 'queued', dispatch_seq = 9 where id = $1 and dispatch_state = 'idle'`,
    [id],
  );
  const [owner] = await store.sql<{ owner_worker_id: string }>(
    'select owner_worker_id from devices where id = $1',
    [deviceId],
  );
  const row = {
    sequenceContactId: id,
    dispatchSeq: 9,
    stepKey: hello,
    deviceId,
    epoch: epoch(7),
    pacingVersion: 0,
    messageId: messageId as Parameters<typeof beginDeliveries>[2][number]['messageId'],
    toJid: 'other@s.whatsapp.net',
    body: 'rendered anew',
  };
  const [outcome] = await beginDeliveries(store.db, workerId(owner?.owner_worker_id ?? ''), [row]);
  return outcome;
}

const receipt = async ({ id }: Run) =>
  await finishDeliveries(store.db, [
    {
      sequenceContactId: id,
      stepKey: hello,
      attempt: undefined,
      state: 'sent',
      error: undefined,
      move: { kind: 'next', stepKey: stepKey('tip'), dueIn: durationMs(60_000) },
    },
  ]);

describe('retrying what failed', () => {
  it('sends the same id and text once more, due now, however the failure had left the run', async () => {
    // Guards: a second message for one step, and a run that stays ended.
    for (const options of [{}, ended]) {
      const run = await addLetter(failed, options);
      const before = await stateOf(run);
      expect(await retry()).toMatchObject({ counts: { retried: 1 }, devices: [run.deviceId] });
      expect(await stateOf(run)).toEqual({
        ...before,
        status: 'active',
        exit_reason: null,
        dispatch_state: 'idle',
        next_step_key: 'hello',
        is_due: true,
        state: 'ready',
      });
      expect(await begin(run)).toMatchObject({
        kind: 'begun',
        messageId: before?.['message_id'],
        body: 'bound before',
        attempt: 3,
      });
    }
  });

  it('binds a step anew that was refused before it was ever begun', async () => {
    // Guards: a text that could not be rendered is mended in the contact's data, and its message must be able to leave.
    const run = await addLetter({
      ...failed,
      error_class: 'content',
      body: null,
      attempts: 0,
      message_id: '3EB0NEW',
    });
    expect(await retry()).toMatchObject({ counts: { retried: 1 } });
    expect(await begin(run)).toMatchObject({ body: 'rendered anew', messageId: '3EB0NEW' });
  });

  it('leaves what it must not send, and says why', async () => {
    const suppressed = { contact: { suppressed_at: new Date() }, ...ended };
    await addLetter(failed, suppressed);
    await addLetter({ ...failed, body: null });
    const old = await addLetter(failed, ended);
    await store.sql(
      `insert into sequence_contacts (sequence_id, version, contact_id, run_no, device_id, next_step_key, next_trigger_time)
       select sequence_id, 1, contact_id, 2, device_id, 'hello', now() from sequence_contacts where id = $1`,
      [old.id],
    );
    expect(await retry()).toEqual({
      kind: 'done',
      counts: { suppressed: 1, erased: 1, enrolled_again: 1 },
      devices: [],
    });
  });

  it('never touches a step that the run went on without', async () => {
    // Guards: messages out of order.
    const skipped = await addLetter(failed, { run: { next_step_key: 'tip' } });
    const replied = await addLetter(failed, {
      run: { status: 'exited', exit_reason: 'replied', next_step_key: null },
    });
    const later = await addLetter(failed, ended);
    await addDelivery(store, later, {
      step_key: 'tip',
      state: 'sent',
      message_id: '3EB0LATER',
      concluded_at: new Date(Date.now() + 1_000),
    });
    const before = await Promise.all([skipped, replied, later].map(stateOf));
    expect(await retry()).toEqual({ kind: 'done', counts: {}, devices: [] });
    expect(await Promise.all([skipped, replied, later].map(stateOf))).toEqual(before);
    expect(await listDeadLetters(store.db, { state: 'failed' })).toMatchObject({
      lines: [{ held: 0, ended: 0, passed: 3 }],
    });
  });

  it('takes the error, the sequence and the limit into account, and notes who asked and why', async () => {
    const [one, other] = [await addLetter(failed), await addLetter(failed)];
    await addLetter({ ...failed, error_code: '403' });
    const [named] = await store.sql<{ name: string }>(
      'select q.name from sequences q join sequence_contacts s on s.sequence_id = q.id where s.id = $1',
      [other.id],
    );
    expect(await retry({ sequence: named?.name })).toMatchObject({ devices: [other.deviceId] });
    expect(await retry({ errorCode: '463', limit: 1 })).toMatchObject({ devices: [one.deviceId] });
    expect(await retry({ errorCode: '463' })).toMatchObject({ counts: {}, devices: [] });
    const audit = await store.sql('select actor, action, detail from operator_actions order by id');
    expect(audit).toMatchObject([
      { actor: 'ops', action: 'retry', detail: { count: 1, sequence: named?.name, reason: 'why' } },
      { actor: 'ops', action: 'retry', detail: { count: 1, error: '463', runs: [one.id] } },
    ]);
  });

  it('counts by error and by what became of the runs', async () => {
    await addLetter(failed);
    await addLetter(failed, ended);
    await addLetter({ ...failed, error_class: 'poison', error_code: 'crashed', body: null });
    expect(await listDeadLetters(store.db, { state: 'failed' })).toEqual({
      kind: 'listed',
      lines: [
        { error: { class: 'account', code: '463' }, held: 1, ended: 1, passed: 0, erased: 0 },
        { error: { class: 'poison', code: 'crashed' }, held: 1, ended: 0, passed: 0, erased: 1 },
      ],
    });
    expect(await listDeadLetters(store.db, { state: 'failed', sequence: 'zzz' })).toMatchObject({
      kind: 'not_found',
    });
  });
});

describe('retrying what is uncertain', () => {
  it.each([
    ['sent', 'sent'],
    ['skip', 'cancelled'],
  ] as const)('--as %s: it is %s, and the run goes on', async (verb, state) => {
    const run = await addLetter(uncertain);
    expect(await retry({ state: 'uncertain', verb })).toMatchObject({ counts: { settled: 1 } });
    expect(await stateOf(run)).toMatchObject({
      state,
      status: 'active',
      dispatch_state: 'idle',
      next_step_key: 'tip',
      is_due: false,
    });
    expect(await retry({ state: 'uncertain', verb })).toMatchObject({ counts: {} });
  });

  it('completes a run whose last step is settled', async () => {
    const run = await addLetter(
      { ...uncertain, step_key: 'tip' },
      {
        run: { dispatch_state: 'held', next_step_key: 'tip' },
      },
    );
    await retry({ state: 'uncertain', verb: 'sent' });
    expect(await stateOf(run)).toMatchObject({ status: 'completed', next_step_key: null });
  });

  it('--as resend: the same id and text, counted from now, and not given up for its past', async () => {
    const run = await addLetter({
      ...uncertain,
      resends: 3,
      intent_at: new Date(Date.now() - 48 * 3_600_000),
    });
    const before = await stateOf(run);
    expect(await retry({ state: 'uncertain' })).toMatchObject({ counts: { retried: 1 } });
    expect(await begin(run)).toMatchObject({
      kind: 'begun',
      messageId: before?.['message_id'],
      body: 'bound before',
    });
    const [open] = await findOpenDeliveries(store.db, run.deviceId);
    expect(open?.resends).toBe(0);
    expect(open?.age).toBeLessThan(3_600_000);
  });
});

describe('a retry while the owner is at work', () => {
  it('lets a receipt that comes after it move the run on, and nothing is sent', async () => {
    // Guards: a message sent again although its receipt has come.
    const run = await addLetter(uncertain);
    await retry({ state: 'uncertain' });
    await store.sql(
      `update sequence_contacts set dispatch_state = 'queued', dispatch_seq = 9 where id = $1`,
      [run.id],
    );
    expect(await receipt(run)).toEqual(['stored']);
    expect(await begin(run)).toMatchObject({ kind: 'stale' });
    expect(await stateOf(run)).toMatchObject({ state: 'sent', next_step_key: 'tip' });
  });

  it.each<RetryVerb>(['resend', 'sent', 'skip'])(
    'leaves what a receipt settled while --as %s waited for it',
    async (verb) => {
      // Guards: a decision made on what was read before the lock, which sends again or gives up what has arrived.
      const run = await addLetter(uncertain);
      const connection = await store.connect();
      await connection.sql('begin');
      await connection.sql(`update deliveries set state = 'sent' where sequence_contact_id = $1`, [
        run.id,
      ]);
      await connection.sql(
        `update sequence_contacts set dispatch_state = 'idle', next_step_key = 'tip', next_trigger_time = now() + interval '1 h'
          where id = $1`,
        [run.id],
      );
      const retrying = retry({ state: 'uncertain', verb });
      await untilWaiting(store);
      await connection.sql('commit');
      await connection.close();
      expect(await retrying).toMatchObject({ counts: { gone: 1 }, devices: [] });
      expect(await stateOf(run)).toMatchObject({
        state: 'sent',
        next_step_key: 'tip',
        is_due: false,
      });
      expect(await store.sql('select from operator_actions')).toEqual([]);
    },
  );

  it.each(['contacts', 'sequence_contacts'] as const)(
    'locks every one of its contacts, then every run, then the deliveries: it waits for %s with none of the next in hand',
    async (table) => {
      // Guards: a receipt that holds a run and waits for its delivery, while a retry of many holds that delivery already.
      const [low, high] = [await addLetter(failed), await addLetter(failed)];
      const next = table === 'contacts' ? 'sequence_contacts' : 'deliveries';
      const connection = await store.connect();
      await connection.sql('begin');
      await connection.sql(`select from ${table} where id = $1 for no key update`, [
        table === 'contacts' ? high.contactId : high.id,
      ]);
      const retrying = retry();
      await untilWaiting(store);
      const lock = `select from ${next} where ${next === 'deliveries' ? 'sequence_contact_id' : 'id'} = any($1)`;
      expect(
        await connection.sql(`${lock} for no key update skip locked`, [[low.id, high.id]]),
      ).toHaveLength(2);
      await connection.sql('rollback');
      await connection.close();
      expect(await retrying).toMatchObject({ counts: { retried: 2 } });
    },
  );

  it('ends in one id, one next step, whichever of retries, settlements and a late receipt is first', async () => {
    // Guards: a lost step, or two operators and a receipt that each move the run on.
    const runs = await Promise.all(Array.from({ length: 30 }, () => addLetter(uncertain)));
    const ids = await Promise.all(runs.map(async (run) => (await stateOf(run))?.['message_id']));
    const [resent, settled] = await Promise.all([
      retry({ state: 'uncertain' }),
      retry({ state: 'uncertain', verb: 'skip' }),
      ...runs.map(receipt),
    ]);
    for (const [index, run] of runs.entries()) {
      const after = await stateOf(run);
      expect(after).toMatchObject({
        message_id: ids[index],
        status: 'active',
        dispatch_state: 'idle',
      });
      // Whoever came last, a receipt is never lost, and only what an operator gave up first stays so.
      expect(after?.['next_step_key']).toBe('tip');
      expect(['sent', 'cancelled']).toContain(after?.['state']);
    }
    const count = await store.sql<{ n: number }>('select count(*)::int as n from deliveries');
    expect(count[0]?.n).toBe(runs.length);
    expect((resent?.counts.retried ?? 0) + (settled?.counts.settled ?? 0)).toBeLessThanOrEqual(30);
  });
});
