import type { Clock } from '@dripfleet/domain';
import type { Check } from './doctor-check.ts';

/** The little of a Redis client that the doctor needs. */
export type RedisProbe = Readonly<{
  /** The text of `INFO`; rejects when Redis is out of reach. */
  info(): Promise<string>;
}>;

/** BullMQ's own minimum. */
const oldest = [6, 2] as const;
const slow = 20;

/** Whether Redis answers, is new enough, and never drops a key by itself. */
export async function checkRedis(redis: RedisProbe, clock: Clock): Promise<readonly Check[]> {
  let info: ReadonlyMap<string, string>;
  let latency: number;
  try {
    await redis.info();
    const started = clock.monotonic();
    info = parseInfo(await redis.info());
    latency = clock.monotonic() - started;
  } catch {
    return [
      {
        name: 'Redis',
        status: 'failed',
        detail: 'cannot be reached',
        fix: 'is it running, and is REDIS_URL right?',
      },
    ];
  }
  return [checkServer(info, latency), checkPolicy(info)];
}

function checkServer(info: ReadonlyMap<string, string>, latency: number): Check {
  const version = info.get('redis_version') ?? 'unknown version';
  const detail = `${version}, answers in ${latency.toFixed(1)} ms`;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))
    return {
      name: 'Redis',
      status: 'failed',
      detail,
      fix: `use Redis ${oldest.join('.')} or newer`,
    };
  if (latency > slow)
    return {
      name: 'Redis',
      status: 'warning',
      detail,
      fix: 'run workers and schedulers near Redis',
    };
  return { name: 'Redis', status: 'ok', detail };
}

function checkPolicy(info: ReadonlyMap<string, string>): Check {
  const policy = info.get('maxmemory_policy') ?? 'unknown';
  const name = 'Redis eviction';
  return policy === 'noeviction'
    ? { name, status: 'ok', detail: policy }
    : {
        name,
        status: 'failed',
        detail: `maxmemory-policy is ${policy}: under pressure Redis would drop jobs and locks`,
        fix: 'redis-cli config set maxmemory-policy noeviction, and in its configuration file',
      };
}

function parseInfo(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const at = line.indexOf(':');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );
}
