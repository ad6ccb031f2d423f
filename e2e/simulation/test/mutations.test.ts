import { describe, expect, test } from 'vitest';
import { allFaults } from '../faults/nemesis.ts';
import type { Rule } from '../oracle/violation.ts';
import { runSeed } from '../run/run-seed.ts';
import { mutations } from './mutations.ts';

/** The rarest shows in one of some twenty seeds. */
const seedsMax = 150;

// A judge that never finds anything proves nothing: each guard that is left out must show.
describe('the simulation notices an engine without one of its guards', () => {
  test.each(mutations)('$name', async ({ guardless, breaks, faults: kinds }) => {
    const faults = allFaults.filter(({ kind }) => kinds?.includes(kind) ?? true);
    const broken = new Set<Rule>();
    for (let seed = 1; seed <= seedsMax; seed += 1) {
      const { violations } = await runSeed(seed, { guardless, faults });
      for (const { rule } of violations) broken.add(rule);
      if (breaks.some((rule) => broken.has(rule))) return;
    }
    expect([...broken]).toContain(breaks.join(' or '));
  });
});
