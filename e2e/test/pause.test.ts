import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, createTestRedis } from '@dripfleet/testkit';
import { expect, it } from 'vitest';
import { startDemo } from './demo-run.ts';

// U4: the operator's word counts from the moment it is given; and a pause is not an exit.
it('sends nothing from a second after a pause until the resume; a drain gives devices up; nobody is lost', async () => {
  const database = await createTestDatabase();
  const redis = await createTestRedis();
  try {
    const demo = startDemo(['--devices', '20', '--contacts', '200', '--no-kill'], {
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
    });
    await demo.accepted(150);
    await demo.dripfleet('pause', '--all', '-y', '--reason', 'test');
    const pausedAt = Date.now();
    // Time has to pass without a message; there is no event to wait for.
    await sleep(4_000);
    const resumedAt = Date.now();
    await demo.dripfleet('resume', '--all', '-y');
    const sentMeanwhile = demo
      .ledger()
      .filter(({ t, outcome }) => outcome && t > pausedAt + 1_000 && t < resumedAt);
    expect(sentMeanwhile).toEqual([]);

    const drained = ['demo-001', 'demo-002'];
    await demo.dripfleet('drain', ...drained, '-y', '--wait');
    const listed = JSON.parse(await demo.dripfleet('device', 'ls', ...drained, '-o', 'json'));
    const nobodys = { state: 'drained', owner: null, queued: 0, sending: 0 };
    expect(listed).toMatchObject([nobodys, nobodys]);
    await demo.dripfleet('resume', ...drained, '-y');

    const { code, output } = await demo.ended;
    expect(output).toContain('every step once, in order, within the caps');
    expect(code).toBe(0);
  } finally {
    await database.drop();
    await redis.release();
  }
});
