import { randomBytes } from 'node:crypto';

import { startEmbedded } from '@dripfleet/embedded';
import { migrate } from '@dripfleet/store';
import { Client } from 'pg';

import { withDatabase } from './with-database.ts';

export type TestServers = Readonly<{
  databaseUrl: string;
  templateDatabase: string;
  redisUrl: string;
  close(): Promise<void>;
}>;

/** A database number for every test file of a run, with room. An empty one costs nothing worth counting. */
const redisDatabases = 512;

/** Starts what `env` does not name, and makes the template database. Throws when either cannot be. */
export async function openTestServers(env: NodeJS.ProcessEnv): Promise<TestServers> {
  const given = { database: env['TEST_DATABASE_URL'], redis: env['TEST_REDIS_URL'] };
  const embedded = await startEmbedded({
    postgres: !given.database,
    redis: !given.redis,
    redisDatabases,
  });
  const databaseUrl = given.database || embedded.databaseUrl;
  // A given server may be shared with another run, whose schema may be another.
  const templateDatabase = `dripfleet_template_${randomBytes(4).toString('hex')}`;
  try {
    await createTemplate(databaseUrl, templateDatabase);
  } catch (error) {
    await embedded.stop();
    throw error;
  }
  return {
    databaseUrl,
    templateDatabase,
    redisUrl: given.redis || embedded.redisUrl,
    close: async () => {
      if (given.database) await dropDatabases(databaseUrl, templateDatabase);
      await embedded.stop();
    },
  };
}

async function createTemplate(databaseUrl: string, name: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
    await migrate(withDatabase(databaseUrl, name));
    // A database somebody is connected to cannot be cloned; nobody, autovacuum included, connects to this one.
    await client.query(`alter database ${name} with allow_connections false`);
  } finally {
    await client.end();
  }
}

/** The template and what test files left of its clones. */
async function dropDatabases(databaseUrl: string, template: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1)',
      [template],
    );
    for (const { datname } of rows) await client.query(`drop database ${datname} with (force)`);
  } finally {
    await client.end();
  }
}
