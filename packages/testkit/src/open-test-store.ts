import { startEmbedded } from '@dripfleet/embedded';
import { type Database, migrate, openDatabase } from '@dripfleet/store';
import { Client, Pool } from 'pg';
import { createTestDatabase } from './create-test-database.ts';

type Query = <Row extends Record<string, unknown>>(
  text: string,
  values?: readonly unknown[],
) => Promise<readonly Row[]>;

/** One connection of the test's own: for a transaction that stays open while others work. */
export type TestConnection = Readonly<{ sql: Query; close(): Promise<void> }>;

/** A migrated database of this test file's own, the store's way to it, and plain SQL for what no query fits. */
export type TestStore = Readonly<{
  url: string;
  db: Database;
  sql: Query;
  connect(): Promise<TestConnection>;
  /** Ends its connections and drops the database. */
  close(): Promise<void>;
}>;

export async function openTestStore({ connectionsMax = 4 } = {}): Promise<TestStore> {
  const { url, drop } = await createTestDatabase();
  return openStore({ url, drop, connectionsMax });
}

export type ReplicatedStore = TestStore &
  Readonly<{
    /** Of a server that follows the store's, and lags behind when it is told to. */
    replicaUrl: string;
  }>;

/** Servers of this test's own: a primary with a migrated database, and a replica that streams from it. */
export async function openReplicatedStore(): Promise<ReplicatedStore> {
  const servers = await startEmbedded({ redis: false, replica: true });
  await migrate(servers.databaseUrl);
  const drop = async () => await servers.stop();
  const store = openStore({ url: servers.databaseUrl, drop, connectionsMax: 4 });
  return { ...store, replicaUrl: servers.replicaUrl };
}

function openStore({
  url,
  drop,
  connectionsMax,
}: {
  url: string;
  drop: () => Promise<void>;
  connectionsMax: number;
}): TestStore {
  const db = openDatabase({ url, applicationName: 'test', connectionsMax });
  const pool = new Pool({ connectionString: url, max: 2 });
  // `end` resolves before the server has let go of the connections, and `drop` cuts them.
  pool.on('error', () => {});
  return {
    url,
    db,
    sql: async (text, values = []) => (await pool.query(text, [...values])).rows,
    connect: async () => await openConnection(url),
    close: async () => {
      await Promise.all([db.close(), pool.end()]);
      await drop();
    },
  };
}

async function openConnection(url: string): Promise<TestConnection> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return {
    sql: async (text, values = []) => (await client.query(text, [...values])).rows,
    close: async () => await client.end(),
  };
}
