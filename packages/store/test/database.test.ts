import { type Database, openDatabase, type Queryable } from '../src/index.ts';
import { createTestDatabase, openTestStore, type TestStore } from '@dripfleet/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';

let store: TestStore;
let db: Database;
const applicationName = 'of-this-test';

beforeEach(async () => {
  store = await openTestStore();
  db = openDatabase({ url: store.url, applicationName, idleInTransactionTimeout: 200 });
});
afterEach(async () => {
  await db.close();
  await store.close();
});

const statement = async (on: Queryable) => await on.run('list-sequence-names');
const backends = async () =>
  await store.sql<{ pid: number }>(
    'select pid from pg_stat_activity where datname = current_database() and application_name = $1',
    [applicationName],
  );
const untilCut = async () => {
  while ((await backends()).length > 0);
};

test.each([
  [
    'ended by the server',
    async () => {
      const [backend] = await backends();
      await store.sql('select pg_terminate_backend($1)', [backend?.pid]);
    },
  ],
  // Guards: a frozen scheduler that keeps the locks of its shards for as long as its connection lives.
  ['idle for too long', () => Promise.resolve()],
])(
  'a transaction whose connection is %s fails as unreachable; the next one works',
  async (_, cut) => {
    // Guards: an `error` event without a listener, which ends the process. Vitest reports it as unhandled.
    const inHand = db.transaction(async (tx) => {
      await statement(tx);
      await cut();
      await untilCut();
      await statement(tx);
    });
    await expect(inHand).rejects.toMatchObject({ name: 'DatabaseError', code: 'unreachable' });
    expect(await db.transaction(statement)).toEqual([]);
  },
);

test('a transaction whose connection is cut during a statement fails as unreachable; the next one works', async () => {
  const blocker = await store.connect();
  await blocker.sql('begin');
  await blocker.sql('lock table sequences in access exclusive mode');
  const inHand = db.transaction(statement);
  const cut = async () => {
    for (;;) {
      const rows = await store.sql(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = $1 and wait_event_type = 'Lock'`,
        [applicationName],
      );
      if (rows.length > 0) return;
    }
  };
  await Promise.all([
    expect(inHand).rejects.toMatchObject({ name: 'DatabaseError', code: 'unreachable' }),
    cut(),
  ]);
  await blocker.close();
  expect(await db.transaction(statement)).toEqual([]);
});

// Guards: a command that hangs for a minute after it said what is wrong, and a server full of half-made connections.
test('a login that fails without a password leaves no connection behind', async () => {
  const own = await createTestDatabase();
  const url = new URL(own.url);
  url.password = '';
  const nobody = openDatabase({ url: url.href, applicationName });
  await expect(statement(nobody)).rejects.toMatchObject({ code: 'unreachable' });
  await nobody.close();
  // Postgres waits for those that are still logging in before it drops a database.
  await expect(own.drop()).resolves.toBeUndefined();
});
