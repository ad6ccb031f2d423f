import { type Guard, guardsOf } from '../guard.ts';

const locking = { file: 'packages/fleet/test/device-locks.test.ts' };
const subscribing = { file: 'packages/fleet/test/subscriptions.test.ts' };

/** The scripts that run in Redis: they filter contention and decide nothing, but must not stand in a healthy owner's way. */
export const redisGuards: readonly Guard[] = [
  ...guardsOf('packages/fleet/lua/take-locks.lua', locking, [
    {
      id: 'redis.take-free',
      without: 'a lock is taken from its holder',
      find: 'if not holder or holder == ARGV[1] then',
      replace: 'if true then',
    },
    {
      id: 'redis.take-mine',
      without: 'an owner whose claim was lost waits for its own lock to run out',
      find: 'if not holder or holder == ARGV[1] then',
      replace: 'if not holder then',
    },
    {
      id: 'redis.take-ttl',
      without: 'the lock of a dead worker stands for ever',
      find: "redis.call('SET', key, ARGV[1], 'PX', ARGV[2])",
      replace: "redis.call('SET', key, ARGV[1])",
    },
  ]),
  ...guardsOf('packages/fleet/lua/renew-locks.lua', locking, [
    {
      id: 'redis.renew-mine',
      without: 'a worker prolongs another’s lock',
      find: 'if holder == ARGV[1] then',
      replace: 'if holder then',
    },
    {
      id: 'redis.renew-full',
      without: 'all locks are lost when Redis is full',
      find: "redis.call('PEXPIRE', key, ARGV[2])",
      replace: "redis.call('SET', key, ARGV[1], 'PX', ARGV[2])",
    },
    {
      id: 'redis.renew-lost',
      without: 'after Redis was emptied no owner has its lock',
      find: "redis.call('SET', key, ARGV[1], 'PX', ARGV[2])",
      replace: 'local none = nil',
    },
  ]),
  ...guardsOf('packages/fleet/lua/release-locks.lua', locking, [
    {
      id: 'redis.release-holder',
      without: 'a late release ends another’s lock',
      find: "if redis.call('GET', key) == ARGV[1] then",
      replace: 'if true then',
    },
  ]),
  ...guardsOf(
    'packages/queue/src/consumer.ts',
    { file: 'packages/queue/test/bullmq-contract.test.ts' },
    [
      {
        id: 'queue.forgotten-job',
        without: 'a Redis that was emptied stops a device at its first finished job',
        find: "    if (error instanceof Error && 'code' in error && harmlessCodes.has(error.code))\n      return 'unknown';",
        replace: '',
      },
      {
        id: 'queue.other-refusals',
        without: 'a queue that can not be served looks served',
        find: "    if (error instanceof Error && 'code' in error && harmlessCodes.has(error.code))\n      return 'unknown';",
        replace: "    if (error) return 'unknown';",
      },
      {
        id: 'queue.remove-completed',
        without: 'a finished job swallows the next one of its id',
        find: "backend.moveToCompleted(job, '', true, token",
        replace: "backend.moveToCompleted(job, '', false, token",
      },
      {
        id: 'queue.lock-duration',
        without: 'a job that takes its time is handed out twice',
        find: 'const lockDuration = 15 * 60_000;',
        replace: 'const lockDuration = 30_000;',
      },
    ],
  ),
  ...guardsOf(
    'packages/queue/src/producer.ts',
    { file: 'packages/queue/test/device-queues.test.ts' },
    [
      {
        id: 'queue.refused-told',
        without: 'a row whose job Redis refused waits for the repair, not a second',
        find: 'failed.push(...jobs);',
        replace: 'void jobs;',
      },
    ],
  ),
  ...guardsOf(
    'packages/queue/src/job-payload.ts',
    { file: 'packages/queue/src/job-payload.test.ts' },
    [
      {
        id: 'queue.payload-shape',
        without: 'a job that is not ours is taken for one',
        find: 'if (!success) return undefined;',
        replace: 'if (!success) return data as never;',
      },
    ],
  ),
  ...guardsOf('packages/fleet/src/subscriptions.ts', subscribing, [
    {
      id: 'redis.subscribe-again',
      without: 'who subscribed before the connection was ready hears nothing',
      find: "    redis.on('ready', () => this.#ask([...this.#handlers.keys()]));\n",
      replace: '',
    },
  ]),
];
