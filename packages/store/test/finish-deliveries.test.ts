import { durationMs, stepKey } from '@dripfleet/domain';
import {
  addDelivery,
  ago,
  changesOf,
  type Columns,
  openTestStore,
  type TestStore,
  untilWaiting,
} from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { finishDeliveries, type FinishOutcome, type FinishRow } from '../src/index.ts';
import { addReady, hello, type Ready } from './begin-fixture.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => await store.close());

const instant = expect.any(String) as string;
const next = { kind: 'next', stepKey: stepKey('tip'), dueIn: durationMs(60_000) } as const;
const runName = ({ run }: Ready): string => `sequence_contacts ${run.id}`;
const deliveryName = ({ run }: Ready): string => `deliveries ${run.id} hello`;

/** A run whose first step is being sent, attempt 1. */
async function addSending({ run = {}, delivery = {} }: { run?: Columns; delivery?: Columns } = {}) {
  const ready = await addReady(store, {
    run: { dispatch_state: 'sending', crash_count: 1, ...run },
  });
  await addDelivery(store, ready.run, delivery);
  return ready;
}

const sent = ({ run }: Pick<Ready, 'run'>): FinishRow => ({
  sequenceContactId: run.id,
  stepKey: hello,
  attempt: 1,
  state: 'sent',
  error: undefined,
  move: next,
});

async function finish({ run }: Pick<Ready, 'run'>, fact: Partial<FinishRow>) {
  let outcome: FinishOutcome | undefined;
  const row: FinishRow = { ...sent({ run }), ...fact };
  const changed = await changesOf(store, async () => {
    [outcome] = await finishDeliveries(store.db, [row]);
  });
  return { outcome, changed };
}

/** What every move clears. */
const cleared = {
  dispatch_state: 'idle',
  crash_count: 0,
  assigned_worker_id: null,
  worker_assigned_at: null,
};

describe('a fact is stored and its row moved in one transaction', () => {
  test('sent: on to the next step, due after its delay by the clock of Postgres', async () => {
    const ready = await addSending();
    const before = Date.now();
    const { outcome, changed } = await finish(ready, {});
    expect(outcome).toBe('stored');
    expect(changed).toEqual({
      [runName(ready)]: { ...cleared, next_step_key: 'tip', next_trigger_time: instant },
      [deliveryName(ready)]: { state: 'sent', concluded_at: instant, acked_at: instant },
    });
    const due = Date.parse(String(changed[runName(ready)]?.['next_trigger_time']));
    expect(due).toBeGreaterThanOrEqual(before + 59_000);
    expect(due).toBeLessThanOrEqual(Date.now() + 61_000);
  });

  test('sent, the last step: the run is completed', async () => {
    const ready = await addSending();
    const { changed } = await finish(ready, { move: { kind: 'complete' } });
    expect(changed[runName(ready)]).toEqual({
      ...cleared,
      next_step_key: null,
      status: 'completed',
      finished_at: instant,
    });
  });

  test('not sent: ready again, the same step after the backoff', async () => {
    const ready = await addSending();
    const { changed } = await finish(ready, {
      state: 'ready',
      error: { class: 'not_sent', code: 'not_connected' },
      move: { kind: 'wait', dueIn: durationMs(4_000) },
    });
    expect(changed).toEqual({
      [runName(ready)]: { ...cleared, next_trigger_time: instant },
      [deliveryName(ready)]: {
        state: 'ready',
        concluded_at: instant,
        error_class: 'not_sent',
        error_code: 'not_connected',
      },
    });
  });

  test('failed: the step is over, and the sequence goes on', async () => {
    const ready = await addSending();
    const { changed } = await finish(ready, {
      state: 'failed',
      error: { class: 'contact', code: '404' },
    });
    expect(changed[runName(ready)]).toMatchObject({ ...cleared, next_step_key: 'tip' });
    expect(changed[deliveryName(ready)]).toMatchObject({ state: 'failed', error_class: 'contact' });
  });

  test('failed, and the sequence exits on it: the run ends with the code as its reason', async () => {
    const ready = await addSending();
    const { changed } = await finish(ready, {
      state: 'failed',
      error: { class: 'contact', code: '404' },
      move: { kind: 'exit' },
    });
    expect(changed[runName(ready)]).toEqual({
      ...cleared,
      next_step_key: null,
      status: 'exited',
      exit_reason: '404',
      finished_at: instant,
    });
  });

  test.each(['uncertain', 'failed'] as const)(
    '%s and held: it waits for an operator',
    async (state) => {
      const ready = await addSending();
      const error = { class: 'unconfirmed', code: 'ack_timeout' } as const;
      const { changed } = await finish(ready, { state, error, move: { kind: 'hold' } });
      expect(changed[runName(ready)]).toEqual({ ...cleared, dispatch_state: 'held' });
      expect(changed[deliveryName(ready)]).toMatchObject({ state, error_code: 'ack_timeout' });
    },
  );

  test('unknown still: noted on the delivery, the row stays in flight for recovery', async () => {
    // Guards: an unconfirmed message going idle, and being sent anew under the eyes of recovery.
    const ready = await addSending();
    const { outcome, changed } = await finish(ready, {
      state: 'sending',
      error: { class: 'unconfirmed', code: 'ack_timeout' },
      move: { kind: 'hold' },
    });
    expect(outcome).toBe('stored');
    expect(changed).toEqual({
      // Whoever sent it lives to say so.
      [runName(ready)]: { crash_count: 0 },
      [deliveryName(ready)]: {
        concluded_at: instant,
        error_class: 'unconfirmed',
        error_code: 'ack_timeout',
      },
    });
  });

  test('unknown still, of a row without crashes: the row is not touched at all', async () => {
    // Guards: a row that may have left being taken for one that waits for an operator, or for nobody.
    const ready = await addSending({ run: { crash_count: 0 } });
    const { changed } = await finish(ready, {
      state: 'sending',
      error: { class: 'unconfirmed', code: 'ack_timeout' },
      move: { kind: 'hold' },
    });
    expect(Object.keys(changed)).toEqual([deliveryName(ready)]);
  });

  test('a re-send that never left is none', async () => {
    // Guards: a device that is offline using up the re-sends of what it could not send.
    const ready = await addSending({ delivery: { attempts: 3, resends: 2 } });
    const { changed } = await finish(ready, {
      attempt: 3,
      state: 'sending',
      error: { class: 'not_sent', code: 'closed_before_write' },
      move: { kind: 'hold' },
    });
    expect(changed[deliveryName(ready)]).toMatchObject({ resends: 1 });
  });

  test('whoever owns the device: an observation is not fenced', async () => {
    const ready = await addSending();
    await store.sql('update devices set owner_worker_id = null, owner_epoch = 99 where id = $1', [
      ready.device.deviceId,
    ]);
    expect((await finish(ready, {})).outcome).toBe('stored');
  });
});

describe('a fact that comes again, or late', () => {
  test('repeating it changes nothing', async () => {
    // Guards: a finish repeated after a lost answer; the step must not be passed twice.
    const ready = await addSending();
    await finish(ready, {});
    expect(await finish(ready, {})).toEqual({ outcome: 'already', changed: {} });
  });

  test('a fact for a delivery that nobody began is unknown', async () => {
    expect(await finish(await addReady(store), {})).toEqual({ outcome: 'unknown', changed: {} });
  });

  test('accepted after it was held as uncertain: sent, and the run goes on', async () => {
    const ready = await addSending({
      run: { dispatch_state: 'held' },
      delivery: { state: 'uncertain', error_class: 'unconfirmed', error_code: 'ack_timeout' },
    });
    const { outcome, changed } = await finish(ready, { attempt: undefined });
    expect(outcome).toBe('stored');
    expect(changed[deliveryName(ready)]).toMatchObject({ state: 'sent', error_class: null });
    expect(changed[runName(ready)]).toMatchObject({ dispatch_state: 'idle', next_step_key: 'tip' });
  });

  test('accepted although it was put back to ready: sent, and never begun again', async () => {
    const ready = await addSending({
      run: { dispatch_state: 'idle' },
      delivery: { state: 'ready' },
    });
    const { outcome, changed } = await finish(ready, { attempt: undefined });
    expect(outcome).toBe('stored');
    expect(changed[runName(ready)]).toMatchObject({ next_step_key: 'tip' });
  });

  test.each(['ready', 'sending', 'failed', 'uncertain', 'cancelled'] as const)(
    '%s about an older attempt is dropped: the later one decides',
    async (state) => {
      // Guards: the slow report of attempt 1 putting back to ready what attempt 2 has on the wire.
      const ready = await addSending({ delivery: { attempts: 2 } });
      const error = { class: 'not_sent', code: 'late' } as const;
      const move = { kind: 'wait', dueIn: durationMs(0) } as const;
      expect(await finish(ready, { state, error, move })).toEqual({
        outcome: 'already',
        changed: {},
      });
    },
  );

  test('accepted about an older attempt is true for all of them', async () => {
    const ready = await addSending({ delivery: { attempts: 2 } });
    const { outcome, changed } = await finish(ready, { attempt: 1 });
    expect(outcome).toBe('stored');
    expect(changed[deliveryName(ready)]).toMatchObject({ state: 'sent' });
  });

  test.each(['sent', 'failed', 'cancelled'] as const)('what is %s stays so', async (state) => {
    const ready = await addSending({ run: { next_step_key: 'tip' }, delivery: { state } });
    const error = { class: 'contact', code: '404' } as const;
    for (const fact of ['sent', 'failed', 'ready'] as const) {
      expect(await finish(ready, { state: fact, error })).toEqual({
        outcome: 'already',
        changed: {},
      });
    }
  });

  test.each(['ready', 'failed', 'cancelled'] as const)(
    'an uncertain delivery becomes %s by no fact about an attempt',
    async (state) => {
      const ready = await addSending({
        run: { dispatch_state: 'held' },
        delivery: { state: 'uncertain' },
      });
      const error = { class: 'not_sent', code: 'late' } as const;
      expect((await finish(ready, { state, error })).outcome).toBe('already');
    },
  );

  test('the first acknowledgement keeps its time', async () => {
    const acked = ago(60_000);
    const ready = await addSending({ delivery: { acked_at: acked } });
    const { changed } = await finish(ready, {});
    expect(changed[deliveryName(ready)]).not.toHaveProperty('acked_at');
  });
});

describe('a row that moved meanwhile', () => {
  test.each(['exited', 'failed', 'completed', 'paused'] as const)(
    'a run that was %s meanwhile only has its dispatch state cleared',
    async (status) => {
      const ready = await addSending({ run: { status, exit_reason: 'by_operator' } });
      const { outcome, changed } = await finish(ready, {});
      expect(outcome).toBe('stored');
      expect(changed[runName(ready)]).toEqual(cleared);
      expect(changed[deliveryName(ready)]).toMatchObject({ state: 'sent' });
    },
  );

  test.each(['complete', 'exit'] as const)(
    'a run that was exited before is not ended anew by %s',
    async (kind) => {
      const ready = await addSending({ run: { status: 'exited', exit_reason: 'by_operator' } });
      const error = { class: 'contact', code: '404' } as const;
      const { changed } = await finish(ready, { state: 'failed', error, move: { kind } });
      expect(changed[runName(ready)]).toEqual(cleared);
    },
  );

  test.each(['held', 'sending', 'idle'])(
    'a row that is %s is not moved by a fact that was known',
    async (state) => {
      // Guards: what waits for an operator being moved on by the repetition of an old receipt.
      const ready = await addSending({
        run: { dispatch_state: state },
        delivery: { state: 'failed' },
      });
      expect(await finish(ready, { attempt: undefined })).toEqual({
        outcome: 'already',
        changed: {},
      });
    },
  );

  test('a run that ended is not held either', async () => {
    const ready = await addSending({ run: { status: 'exited' } });
    const error = { class: 'unconfirmed', code: 'ack_timeout' } as const;
    const { changed } = await finish(ready, { state: 'uncertain', error, move: { kind: 'hold' } });
    expect(changed[runName(ready)]).toEqual(cleared);
  });

  test('a run that stands at another step keeps it; the fact is stored', async () => {
    // Guards: a receipt of the first step arriving while the second is under way; it must not be skipped.
    const ready = await addSending({
      run: { next_step_key: 'tip', dispatch_state: 'queued' },
      delivery: { state: 'uncertain' },
    });
    const { outcome, changed } = await finish(ready, { attempt: undefined });
    expect(outcome).toBe('stored');
    expect(changed).not.toHaveProperty(runName(ready));
  });

  test.each(['sent', 'failed', 'cancelled'])(
    'a row queued although its delivery is %s already is moved on',
    async (state) => {
      // Guards: a contact that no fact will ever move again, because begin refuses its step for good.
      const ready = await addSending({ run: { dispatch_state: 'queued' }, delivery: { state } });
      const { outcome, changed } = await finish(ready, { attempt: undefined });
      expect(outcome).toBe('already');
      expect(changed).toEqual({
        [runName(ready)]: { ...cleared, next_step_key: 'tip', next_trigger_time: instant },
      });
    },
  );
});

test('facts of many rows are stored in one call, each with its own outcome', async () => {
  const [first, second] = [await addSending(), await addSending()];
  const unknown = await addReady(store);
  await finish(second, {});
  const rows = [sent(second), sent(unknown), sent(first)];
  expect(await finishDeliveries(store.db, rows)).toEqual(['already', 'unknown', 'stored']);
});

describe('against other transactions', () => {
  test('rows are locked by id, whatever their order in the call: nobody deadlocks', async () => {
    const [low, high] = [await addSending(), await addSending()];
    const other = await store.connect();
    const lock = 'select id from sequence_contacts where id = $1 for no key update skip locked';
    await other.sql('begin');
    expect(await other.sql(lock, [low.run.id])).toHaveLength(1);
    const finishing = finishDeliveries(store.db, [sent(high), sent(low)]);
    await untilWaiting(store);
    // It waits for the lower one and holds nothing that comes after it.
    expect(await other.sql(lock, [high.run.id])).toHaveLength(1);
    await other.sql('rollback');
    expect(await finishing).toEqual(['stored', 'stored']);
    await other.close();
  });

  test('deliveries are locked only once every run is: it waits for runs with no delivery in hand', async () => {
    // Guards: begin, which holds a run and waits for its delivery, and a finish of many that holds that delivery already.
    const [low, high] = [await addSending(), await addSending()];
    const other = await store.connect();
    await other.sql('begin');
    await other.sql('select from sequence_contacts where id = $1 for no key update', [high.run.id]);
    const finishing = finishDeliveries(store.db, [sent(low), sent(high)]);
    await untilWaiting(store);
    const lock = `select from deliveries where sequence_contact_id = any($1) for no key update skip locked`;
    expect(await other.sql(lock, [[low.run.id, high.run.id]])).toHaveLength(2);
    await other.sql('rollback');
    expect(await finishing).toEqual(['stored', 'stored']);
    await other.close();
  });

  test('a run that is exited while finish waits for it stays exited', async () => {
    // Guards: an opt-out being overwritten by the end of the message that was in flight.
    const ready = await addSending();
    const other = await store.connect();
    await other.sql('begin');
    await other.sql(`update sequence_contacts set status = 'exited' where id = $1`, [ready.run.id]);
    const finishing = finishDeliveries(store.db, [{ ...sent(ready), move: { kind: 'complete' } }]);
    await untilWaiting(store);
    await other.sql('commit');
    await other.close();
    expect(await finishing).toEqual(['stored']);
    const rows = await store.sql('select status from sequence_contacts where id = $1', [
      ready.run.id,
    ]);
    expect(rows).toEqual([{ status: 'exited' }]);
  });

  test('of many that report the same fact at once, one stores it', async () => {
    const rows: FinishRow[] = [];
    for (let n = 0; n < 10; n += 1) rows.push(sent(await addSending()));
    const answers = await Promise.all(
      Array.from(
        { length: 4 },
        async (_, n) => await finishDeliveries(store.db, n % 2 === 0 ? rows : rows.toReversed()),
      ),
    );
    expect(answers.flat().filter((outcome) => outcome === 'stored')).toHaveLength(10);
  });
});
