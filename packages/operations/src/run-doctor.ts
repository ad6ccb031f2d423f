import type { Clock, DurationMs, PacingPolicy } from '@dripfleet/domain';
import type { Database } from '@dripfleet/store';
import { checkCredentials } from './check-credentials.ts';
import { checkFleet } from './check-fleet.ts';
import { checkNode } from './check-node.ts';
import { checkPostgres } from './check-postgres.ts';
import { checkRedis, type RedisProbe } from './check-redis.ts';
import type { Check } from './doctor-check.ts';

export type DoctorRequest = Readonly<{
  /** Such as `20.20.2`. */
  nodeVersion: string;
  /** Undefined: no URL is known; `problem` says so. */
  database: Database | Readonly<{ problem: string }>;
  redis: RedisProbe | Readonly<{ problem: string }>;
  clock: Clock;
  steal: DurationMs;
  /** The environment's pacing, as far as the caller knows it. */
  defaults: PacingPolicy;
  /** CREDENTIALS_KEY_FILE, as far as the caller knows it. */
  keyFile?: string | undefined;
}>;

/** Looks at everything Dripfleet stands on. Never throws for what it finds: an outage is a finding. */
export async function runDoctor(request: DoctorRequest): Promise<readonly Check[]> {
  const { database, redis, clock } = request;
  const [postgres, redisChecks] = await Promise.all([
    'problem' in database
      ? [missing('Postgres', 'DATABASE_URL', database.problem)]
      : checkPostgres(database, clock),
    'problem' in redis ? [missing('Redis', 'REDIS_URL', redis.problem)] : checkRedis(redis, clock),
  ]);
  // Without a reachable, migrated Postgres there is no fleet to look at.
  const usable = !('problem' in database) && postgres.every(({ status }) => status !== 'failed');
  const fleet =
    usable && !('problem' in database)
      ? [
          ...(await checkCredentials(database, request.keyFile)),
          ...(await checkFleet(database, request)),
        ]
      : [];
  return [checkNode(request.nodeVersion), ...postgres, ...redisChecks, ...fleet];
}

function missing(name: string, setting: string, problem: string): Check {
  return {
    name,
    status: 'failed',
    detail: problem,
    fix: `set ${setting}, or run \`npm start\` in this folder`,
  };
}
