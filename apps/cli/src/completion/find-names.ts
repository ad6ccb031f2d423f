import { listApiKeys } from '@dripfleet/operations';
import { type Database, listSequenceNames, matchDevices, openDatabase } from '@dripfleet/store';
import type { Connections } from '../connections.ts';
import type { LiveKind } from './complete-words.ts';

/** Together below a second, also when Postgres takes the connection and says nothing: somebody waits with a finger on Tab. */
const connectTimeout = 400;
const statementTimeout = 250;

/** Names for the shell; none when Postgres is away, for whatever reason: a completion never says anything else. */
export async function findNames(
  connections: Connections,
  of: LiveKind,
): Promise<readonly string[]> {
  let db: Database | undefined;
  try {
    db = openDatabase({
      url: connections.url('DATABASE_URL'),
      applicationName: 'dripfleet completion',
      connectionsMax: 1,
      connectTimeout,
      statementTimeout,
      lockTimeout: statementTimeout,
    });
    return await readers[of](db);
  } catch {
    return [];
  } finally {
    await db?.close();
  }
}

const readers: Readonly<Record<LiveKind, (db: Database) => Promise<readonly string[]>>> = {
  device: async (db) => (await matchDevices(db, {})).map(({ name }) => name),
  sequence: listSequenceNames,
  key: async (db) =>
    (await listApiKeys(db)).filter(({ state }) => state !== 'revoked').map(({ name }) => name),
};
