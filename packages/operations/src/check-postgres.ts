import { type Clock, type EpochMs } from '@dripfleet/domain';
import {
  type Database,
  DatabaseError,
  findMissingMigrations,
  getServerFacts,
  type ServerFacts,
} from '@dripfleet/store';
import type { Check } from './doctor-check.ts';

const oldest = 150_000;
/** A statement takes longer than this only over a slow network; every message needs two. */
const slow = 50;
/** Nothing decides by this machine's clock but logs and what people read; far off, they mislead. */
const skewNoticed = 1_000;

/** Whether Postgres answers, is new enough, writable, migrated and agrees on the time. */
export async function checkPostgres(database: Database, clock: Clock): Promise<readonly Check[]> {
  try {
    // The first statement pays for the connection, the second is the latency.
    await getServerFacts(database);
    const started = clock.monotonic();
    const before = clock.now();
    const facts = await getServerFacts(database);
    const latency = clock.monotonic() - started;
    return [
      checkServer(facts, latency),
      checkClock(facts.now, before, latency),
      await checkMigrations(database),
    ];
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return [
      {
        name: 'Postgres',
        status: 'failed',
        detail: error.code === 'unreachable' ? 'cannot be reached' : error.message,
        fix: 'is it running, and is DATABASE_URL right?',
      },
    ];
  }
}

function checkServer(facts: ServerFacts, latency: number): Check {
  const [version = ''] = facts.version.split(' ');
  const detail = `${version}, answers in ${latency.toFixed(1)} ms`;
  const problem = (status: 'warning' | 'failed', fix: string): Check => ({
    name: 'Postgres',
    status,
    detail,
    fix,
  });
  if (facts.versionNumber < oldest) return problem('failed', 'use Postgres 15 or newer');
  if (facts.readOnly)
    return problem('failed', 'this is a standby; point DATABASE_URL at the primary');
  if (latency > slow) return problem('warning', 'run workers and schedulers near the database');
  return { name: 'Postgres', status: 'ok', detail };
}

function checkClock(theirs: EpochMs, before: EpochMs, latency: number): Check {
  const skew = Math.round(theirs - (before + latency / 2));
  const detail = `this machine and Postgres differ by ${Math.abs(skew)} ms`;
  return Math.abs(skew) - latency / 2 <= skewNoticed
    ? { name: 'Clock', status: 'ok', detail }
    : { name: 'Clock', status: 'warning', detail, fix: 'synchronise both machines by NTP' };
}

async function checkMigrations(database: Database): Promise<Check> {
  const { missing, unknown } = await findMissingMigrations(database);
  const name = 'Migrations';
  if (missing.length > 0)
    return {
      name,
      status: 'failed',
      detail: `${missing.length} not applied: ${missing.join(', ')}`,
      fix: 'dripfleet migrate',
    };
  if (unknown.length > 0)
    return {
      name,
      status: 'warning',
      detail: `the database is ahead of this build: ${unknown.join(', ')}`,
      fix: 'update this installation of Dripfleet',
    };
  return { name, status: 'ok', detail: 'all applied' };
}
