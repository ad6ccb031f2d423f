import type { DeviceId } from '@dripfleet/domain';
import {
  addDelivery,
  changesOf,
  openTestStore,
  type TestConnection,
  type TestStore,
} from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Batcher,
  beginDeliveries,
  type BeginOutcome,
  type BeginRow,
  type Database,
  openDatabase,
} from '../src/index.ts';
import { addReady, type Ready } from './begin-fixture.ts';

let store: TestStore;
/** Fails at once where it would have to wait for a lock. */
let impatient: Database;
let other: TestConnection;

beforeAll(async () => {
  store = await openTestStore({ connectionsMax: 8 });
  impatient = openDatabase({ url: store.url, applicationName: 'impatient', lockTimeout: 1 });
  other = await store.connect();
});
afterAll(async () => {
  await impatient.close();
  await other.close();
  await store.close();
});

const begin = async (db: Database, { device, row }: Ready): Promise<BeginOutcome | undefined> =>
  (await beginDeliveries(db, device.worker, [row]))[0];

/** What another transaction may hold of a row: the table, and which row of it. */
const holdable: readonly [string, (ready: Ready) => number][] = [
  ['devices', ({ device }) => device.deviceId],
  ['contacts', ({ run }) => run.contactId],
  ['sequence_contacts', ({ run }) => run.id],
];

/** Locks rows in a transaction of its own while `during` runs. */
async function holding(
  rows: readonly (readonly [table: string, id: number])[],
  during: () => Promise<void>,
): Promise<void> {
  await other.sql('begin');
  try {
    for (const [table, id] of rows) {
      await other.sql(`select id from ${table} where id = $1 for no key update`, [id]);
    }
    await during();
  } finally {
    await other.sql('rollback');
  }
}

describe('busy', () => {
  test.each(holdable)(
    'a row of %s is held: untouched, and begun once it is free',
    async (table, idOf) => {
      // Guards: a wait in begin, which would hold up the messages of all other devices in the batch.
      const ready = await addReady(store);
      const changed = await changesOf(store, async () => {
        await holding([[table, idOf(ready)]], async () => {
          expect(await begin(impatient, ready)).toEqual({ kind: 'busy' });
        });
      });
      expect(changed).toEqual({});
      expect(await begin(impatient, ready)).toMatchObject({ kind: 'begun' });
    },
  );

  test('never waits, whatever another transaction holds; the rows of others are begun', async () => {
    const [held, free] = [await addReady(store), await addReady(store)];
    await store.sql('update devices set owner_worker_id = $2 where id = $1', [
      free.device.deviceId,
      held.device.worker,
    ]);
    await addDelivery(store, held.run, { state: 'ready' });
    const rows = holdable.map(([table, idOf]) => [table, idOf(held)] as const);
    await holding(rows, async () => {
      await other.sql('select from deliveries where sequence_contact_id = $1 for update', [
        held.run.id,
      ]);
      const outcomes = await beginDeliveries(impatient, held.device.worker, [held.row, free.row]);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['busy', 'begun']);
    });
  });

  test.each(holdable)(
    'a row of %s is held in a batch: only its own message waits',
    async (table, idOf) => {
      const [held, free] = [await addReady(store), await addReady(store)];
      await store.sql('update devices set owner_worker_id = $2 where id = $1', [
        free.device.deviceId,
        held.device.worker,
      ]);
      await holding([[table, idOf(held)]], async () => {
        const outcomes = await beginDeliveries(impatient, held.device.worker, [held.row, free.row]);
        expect(outcomes.map(({ kind }) => kind)).toEqual(['busy', 'begun']);
      });
    },
  );

  test('two begins share a contact and a device: reading them keeps nobody out', async () => {
    const ready = await addReady(store);
    await other.sql('begin');
    await other.sql('select from contacts where id = $1 for share', [ready.run.contactId]);
    await other.sql('select from devices where id = $1 for share', [ready.device.deviceId]);
    expect(await begin(impatient, ready)).toMatchObject({ kind: 'begun' });
    await other.sql('rollback');
  });
});

describe('against what is committed meanwhile', () => {
  test('an opt-out that has the contact first is seen', async () => {
    // Guards invariant 7: begin must judge the contact as it is after the lock, not as its snapshot had it.
    const ready = await addReady(store);
    await holding([['contacts', ready.run.contactId]], async () => {
      await other.sql('update contacts set suppressed_at = now() where id = $1', [
        ready.run.contactId,
      ]);
      expect(await begin(impatient, ready)).toEqual({ kind: 'busy' });
      await other.sql('commit');
    });
    expect(await begin(impatient, ready)).toEqual({ kind: 'exited', reason: 'suppressed' });
  });

  test('begin keeps a claim, a pause and an opt-out waiting until its intent is committed', async () => {
    // Guards: a stolen device, or a contact who opted out, between the check and the commit of the intent.
    const ready = await addReady(store);
    await store.db.transaction(async (tx) => {
      const [outcome] = await beginDeliveries(tx, ready.device.worker, [ready.row]);
      expect(outcome).toMatchObject({ kind: 'begun' });
      for (const [table, idOf] of holdable) {
        const free = await store.sql(
          `select id from ${table} where id = $1 for no key update skip locked`,
          [idOf(ready)],
        );
        expect(free).toEqual([]);
      }
    });
  });

  test('eight connections begin the same row at once: exactly one may, every time', async () => {
    for (let round = 0; round < 50; round += 1) {
      const ready = await addReady(store);
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => begin(store.db, ready)));
      const kinds = outcomes.map((outcome) => outcome?.kind);
      expect(kinds.filter((kind) => kind === 'begun')).toHaveLength(1);
      expect(kinds.every((kind) => kind === 'begun' || kind === 'busy' || kind === 'stale')).toBe(
        true,
      );
      const [delivery] = await store.sql(
        'select attempts from deliveries where sequence_contact_id = $1',
        [ready.run.id],
      );
      expect(delivery).toEqual({ attempts: 1 });
    }
  });
});

describe('a row that Postgres refuses', () => {
  /** Four rows of one worker, begun through a batcher as the worker does it. */
  async function beginFour(spoil: (rows: Ready[]) => Promise<void> | void) {
    const ready = [];
    for (let n = 0; n < 4; n += 1) ready.push(await addReady(store));
    const worker = ready[0]?.device.worker;
    if (worker === undefined) throw new Error('no rows');
    const devices: DeviceId[] = ready.map(({ device }) => device.deviceId);
    await store.sql('update devices set owner_worker_id = $2 where id = any($1)', [
      devices,
      worker,
    ]);
    await spoil(ready);
    const batches: number[] = [];
    const batcher = new Batcher<BeginRow, BeginOutcome>(
      async (rows) => {
        batches.push(rows.length);
        return await beginDeliveries(store.db, worker, rows);
      },
      { sizeMax: 256, keyOf: (row) => row.deviceId },
    );
    // The locks of a refused statement end after its error is answered: the next one may find rows busy.
    const ask = async (row: BeginRow): Promise<BeginOutcome> => {
      const outcome = await batcher.add(row);
      return outcome.kind === 'busy' ? await ask(row) : outcome;
    };
    const results = await Promise.allSettled(ready.map(async ({ row }) => await ask(row)));
    return { results, batches };
  }
  const outcomeOf = (result: PromiseSettledResult<BeginOutcome>): unknown =>
    result.status === 'fulfilled' ? result.value.kind : result.reason;

  test('a body with NUL fails alone as bad_row; its neighbours in the batch begin', async () => {
    const { results, batches } = await beginFour((rows) => {
      const third = rows[2];
      if (third) rows[2] = { ...third, row: { ...third.row, body: 'a\0b' } };
    });
    expect(batches.slice(0, 3)).toEqual([4, 2, 2]);
    expect(results.map(outcomeOf)).toEqual([
      'begun',
      'begun',
      expect.objectContaining({ name: 'DatabaseError', code: 'bad_row' }),
      'begun',
    ]);
  });

  test('a message id that belongs to another delivery fails alone, and tells no content', async () => {
    const { results } = await beginFour(async (rows) => {
      const [first] = rows;
      if (!first) return;
      const before = await addReady(store);
      await addDelivery(store, before.run, { message_id: first.row.messageId, state: 'sent' });
    });
    expect(results.map(outcomeOf)).toEqual([
      expect.objectContaining({ code: 'bad_row', constraint: 'deliveries_message_id_key' }),
      'begun',
      'begun',
      'begun',
    ]);
    const [refused] = results;
    expect(refused?.status === 'rejected' && String(refused.reason)).not.toContain('Hello');
  });
});
