import { durationMs, type SequenceId } from '@dripfleet/domain';
import {
  addDelivery,
  addDevice,
  addRun,
  addSequence,
  ago,
  type Columns,
  openTestStore,
  type Run,
  type TestStore,
} from '@dripfleet/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  archiveDeliveries,
  countDeliveries,
  ensureArchiveMonths,
  eraseBodies,
  lockPrune,
  type PruneStep,
} from '../src/index.ts';

const hour = 3_600_000;
const age = durationMs(72 * hour);
const span = durationMs(hour);
let store: TestStore;
let sequence: SequenceId;
beforeEach(async () => {
  store = await openTestStore();
  sequence = await addSequence(store);
  const since = ago(101 * hour);
  await store.sql(
    'update settings set installed_at = $1, bodies_erased_until = $1, archived_until = $1',
    [since],
  );
});
afterEach(async () => await store.close());

async function add(delivery: Columns, run: Columns = {}): Promise<Run> {
  const device = await addDevice(store);
  const added = await addRun(store, device, { sequence_id: sequence, ...run });
  await addDelivery(store, added, { state: 'sent', last_attempt_at: ago(100 * hour), ...delivery });
  return added;
}

/** Prunes until there is no more to do; returns how many rows it took. */
async function pruneAll(
  step: (tx: Parameters<typeof eraseBodies>[0]) => Promise<PruneStep>,
): Promise<number> {
  let total = 0;
  for (;;) {
    const { rows, isBehind } = await store.db.transaction(step);
    total += rows;
    if (rows === 0 && !isBehind) return total;
  }
}
const erase = async (limit = 500) =>
  await pruneAll(async (tx) => await eraseBodies(tx, { age, limit, span }));
const archive = async (limit = 500) =>
  await pruneAll(async (tx) => {
    await ensureArchiveMonths(tx);
    return await archiveDeliveries(tx, { age, limit, span });
  });
const bodiesOf = async (run: Run) =>
  (
    await store.sql<{ body: string | null }>(
      'select body from deliveries where sequence_contact_id = $1',
      [run.id],
    )
  ).map(({ body }) => body !== null);

describe('texts are erased', () => {
  test.each(['sent', 'failed', 'cancelled'])('of what is %s, once it is old', async (state) => {
    const old = await add({ state });
    const young = await add({ state, last_attempt_at: ago(71 * hour) });
    expect(await erase()).toBe(1);
    for (const nothing of [await erase(), await erase(), await erase()]) expect(nothing).toBe(0);
    expect([await bodiesOf(old), await bodiesOf(young)]).toEqual([[false], [true]]);
  });

  // Guards: a message that an operator could not send again any more, or that goes out empty.
  test.each(['ready', 'sending', 'uncertain'])('never of what is %s', async (state) => {
    const run = await add({ state });
    expect(await erase()).toBe(0);
    expect(await bodiesOf(run)).toEqual([true]);
  });

  test('a few at a time, and none is passed by', async () => {
    const runs = [];
    for (let made = 0; made < 7; made += 1) runs.push(await add({}));
    expect(
      await store.db.transaction(async (tx) => await eraseBodies(tx, { age, limit: 3, span })),
    ).toEqual({ rows: 0, isBehind: true });
    expect(await erase(3)).toBe(7);
    for (const run of runs) expect(await bodiesOf(run)).toEqual([false]);
  });
});

describe('deliveries are archived', () => {
  const ended = { status: 'completed', next_step_key: null, finished_at: ago(90 * hour) };
  const archived = async () =>
    await store.sql('select sequence_contact_id as id, state from archived_deliveries');

  test('when their run ended long ago; they are counted where they are', async () => {
    const old = await add({}, ended);
    await add({}, { ...ended, finished_at: ago(71 * hour) });
    await add({});
    expect(await archive()).toBe(1);
    expect(await archived()).toEqual([{ id: old.id, state: 'sent' }]);
    expect(await bodiesOf(old)).toEqual([]);
    expect(await countDeliveries(store.db)).toMatchObject({ sent: 3 });
  });

  // Guards: a dead letter that nobody finds any more.
  test.each(['failed', 'uncertain'])('never what is %s', async (state) => {
    const run = await add({ state }, ended);
    expect(await archive()).toBe(0);
    expect(await bodiesOf(run)).toEqual([true]);
  });

  // Guards: a cap that forgets what was sent in its window.
  test('never what was sent lately, though its run ended long ago', async () => {
    await add({ last_attempt_at: ago(hour) }, ended);
    expect(await archive()).toBe(0);
  });

  test('a few at a time, each once', async () => {
    for (let made = 0; made < 7; made += 1) await add({}, ended);
    expect(await archive(3)).toBe(7);
    expect(await archive(3)).toBe(0);
    expect(await archived()).toHaveLength(7);
  });
});

test('one at a time prunes', async () => {
  await store.db.transaction(async (first) => {
    expect(await lockPrune(first)).toBe(true);
    expect(await store.db.transaction(lockPrune)).toBe(false);
  });
});
