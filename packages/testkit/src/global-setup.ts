import type { TestProject } from 'vitest/node';

import { openTestServers, type TestServers } from './open-test-servers.ts';

type Shared = { users: number; servers: Promise<TestServers> };

/** Vitest loads this file once per project, so a variable of the module would start servers for each. */
const home = globalThis as { [key: symbol]: Shared | undefined };
const key = Symbol.for('dripfleet.test-servers');

/**
 * Vitest's global setup: one Postgres and one Redis for all projects of a run, stopped when the last one is done.
 * `TEST_DATABASE_URL` and `TEST_REDIS_URL` are used instead when set; what is in that Redis is erased.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (home[key] ??= { users: 0, servers: openTestServers(process.env) });
  shared.users += 1;
  const release = async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    home[key] = undefined;
    await (await shared.servers).close();
  };
  try {
    const { databaseUrl, templateDatabase, redisUrl } = await shared.servers;
    project.provide('databaseUrl', databaseUrl);
    project.provide('templateDatabase', templateDatabase);
    project.provide('redisUrl', redisUrl);
  } catch (error) {
    home[key] = undefined;
    throw error;
  }
  return release;
}
