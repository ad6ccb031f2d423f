import { startEmbedded } from '@dripfleet/embedded';
import { createTestDatabase } from '@dripfleet/testkit';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { startDemo } from './demo-run.ts';

const run = ['--devices', '20', '--contacts', '200', '--no-kill'];

// Guards against taking Redis for the truth: jobs, locks and the queues' own data are gone in the middle of a run.
it('loses nothing and repeats nothing when Redis is emptied', async () => {
  const servers = await startEmbedded({ postgres: false });
  const database = await createTestDatabase();
  const redis = new Redis(servers.redisUrl);
  try {
    const demo = startDemo(run, { DATABASE_URL: database.url, REDIS_URL: servers.redisUrl });
    await demo.accepted(150);
    await redis.flushall();
    const { code, output } = await demo.ended;
    expect(output).toContain('every step once, in order, within the caps');
    expect(output).toMatch(/same-id\s+0 repeats/);
    expect(code).toBe(0);
  } finally {
    redis.disconnect();
    await database.drop();
    await servers.stop();
  }
});
