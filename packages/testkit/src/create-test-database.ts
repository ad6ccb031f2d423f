import { randomBytes } from 'node:crypto';

import { Client } from 'pg';
import { inject } from 'vitest';

import { withDatabase } from './with-database.ts';

/** Handed over by global-setup.ts. */
declare module 'vitest' {
  export interface ProvidedContext {
    /** A Postgres where databases can be made. No test works in the database this names. */
    databaseUrl: string;
    /** The migrated database that test databases are cloned from; their names begin with its name. */
    templateDatabase: string;
  }
}

export type TestDatabase = Readonly<{
  url: string;
  /** Ends connections that are still open. Repeats are harmless. */
  drop(): Promise<void>;
}>;

/** A database of its own for this test file, cloned from the migrated template (about 50 ms). */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = inject('templateDatabase');
  const name = `${template}_${randomBytes(4).toString('hex')}`;
  await runOnServer(`create database ${name} template ${template}`);
  return {
    url: withDatabase(inject('databaseUrl'), name),
    drop: async () => await runOnServer(`drop database if exists ${name} with (force)`),
  };
}

async function runOnServer(sql: string): Promise<void> {
  const client = new Client({ connectionString: inject('databaseUrl') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
