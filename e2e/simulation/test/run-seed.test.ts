import { expect, test } from 'vitest';
import { allFaults } from '../faults/nemesis.ts';
import { noAlterations } from '../run/guardless.ts';
import { runSeed } from '../run/run-seed.ts';

const only = (...kinds: string[]) => allFaults.filter(({ kind }) => kinds.includes(kind));

// A failing seed is worth nothing if it does not fail again.
test('a seed repeats its run to the last microsecond and row', async () => {
  for (const seed of [1, 2, 3]) {
    const first = await runSeed(seed);
    const lines: string[] = [];
    // Looking on must not change anything either.
    const second = await runSeed(seed, { tell: (line) => lines.push(line) });
    expect(second).toEqual(first);
    expect(lines.length).toBeGreaterThan(100);
  }
});

test('two seeds are two runs', async () => {
  const [one, other] = [await runSeed(1), await runSeed(2)];
  expect(one.hash).not.toBe(other.hash);
});

// Guards the oracle against faults that excuse everything: without any, nothing may be repeated, lost or moved.
test('without faults every message leaves once, and no device moves', async () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const { violations, figures } = await runSeed(seed, { faults: [] });
    expect({ seed, violations, repeats: figures.repeats, takeovers: figures.takeovers }).toEqual({
      seed,
      violations: [],
      repeats: 0,
      takeovers: 0,
    });
  }
});

// After an outage of Postgres every heartbeat is old; workers must not take each other for dead.
test('an outage of Postgres moves no device', async () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const { violations, figures } = await runSeed(seed, { faults: only('postgres_down') });
    expect({ seed, violations, takeovers: figures.takeovers }).toEqual({
      seed,
      violations: [],
      takeovers: 0,
    });
  }
});

// The same for Redis, which decides nothing.
test('Redis away, full or emptied moves no device', async () => {
  const faults = only('redis_down', 'redis_full', 'redis_emptied', 'locks_expired');
  for (let seed = 1; seed <= 20; seed += 1) {
    const { violations, figures } = await runSeed(seed, { faults });
    expect({ seed, violations, takeovers: figures.takeovers }).toEqual({
      seed,
      violations: [],
      takeovers: 0,
    });
  }
});

test('a run may be altered in nothing', async () => {
  const plain = await runSeed(4);
  expect(await runSeed(4, { guardless: noAlterations })).toEqual(plain);
});
