import { readdirSync, readFileSync } from 'node:fs';
import { createTestDatabase, createTestRedis } from '@dripfleet/testkit';
import { expect, it } from 'vitest';
import { startDemo } from './demo-run.ts';

/** The worker processes that a demo has started. */
function workersOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        const ppid = Number(
          readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1],
        );
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return ppid === parent && command.includes('apps/worker/dist/main.js');
      } catch {
        return false;
      }
    });
}

// Guards a deploy: what is in hand is finished and stored, the devices move, and nobody notices.
it('a worker that is asked to stop finishes its sends and hands its devices on without a repeat', async () => {
  const database = await createTestDatabase();
  const redis = await createTestRedis();
  try {
    const demo = startDemo(
      ['--devices', '12', '--contacts', '120', '--workers', '3', '--no-kill'],
      {
        DATABASE_URL: database.url,
        REDIS_URL: redis.url,
      },
    );
    await demo.accepted(60);
    const [worker] = workersOf(demo.pid);
    if (worker === undefined) throw new Error('the demo has no worker');
    process.kill(worker, 'SIGTERM');
    const { code, output } = await demo.ended;
    expect(output).toContain('every step once, in order, within the caps');
    expect(output).toMatch(/same-id\s+0 repeats/);
    expect(output).toMatch(/0 conflicts/);
    expect(code).toBe(0);
  } finally {
    await database.drop();
    await redis.release();
  }
});
