import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stepKey } from './ids.ts';
import { planFirst, planNext } from './plan.ts';
import type { SequenceDefinition } from './sequence-definition.ts';
import { durationMs, type EpochMs, epochMs } from './time.ts';

const definitions: fc.Arbitrary<SequenceDefinition> = fc
  .uniqueArray(fc.stringMatching(/^[a-z0-9_-]{1,40}$/), { minLength: 1, maxLength: 8 })
  .chain((keys) => fc.tuple(...keys.map((key) => fc.tuple(fc.constant(key), fc.nat(864_000_000)))))
  .map((steps) => ({
    onUncertain: 'resend',
    onFailedStep: 'skip',
    onReply: 'exit',
    reenroll: { kind: 'never' },
    steps: steps.map(([key, delay]) => ({
      key: stepKey(key),
      delay: durationMs(delay),
      text: 'Hello',
    })),
  }));
const instants = fc.nat(4_000_000_000_000).map(epochMs);

test('a run goes through every step once, in order, each due its delay after the one before', () => {
  fc.assert(
    fc.property(definitions, instants, (definition, enrolledAt) => {
      const walked: string[] = [];
      let base: EpochMs = enrolledAt;
      let plan = planFirst(definition, enrolledAt);
      while (plan.kind === 'step') {
        const { stepKey: key, dueAt } = plan;
        const step = definition.steps[walked.length];
        expect([key, dueAt]).toEqual([step?.key, base + (step?.delay ?? Number.NaN)]);
        walked.push(key);
        base = epochMs(dueAt + 17);
        plan = planNext(definition, key, base);
      }
      expect(walked).toEqual(definition.steps.map(({ key }) => key));
    }),
  );
});

test('never earlier than it was concluded, and the later it was concluded the later it is due', () => {
  fc.assert(
    fc.property(definitions, instants, fc.nat(1_000_000), (definition, at, later) => {
      for (const { key } of definition.steps) {
        const plan = planNext(definition, key, at);
        const after = planNext(definition, key, epochMs(at + later));
        if (plan.kind !== 'step' || after.kind !== 'step') continue;
        expect(plan.dueAt).toBeGreaterThanOrEqual(at);
        expect(after.dueAt - plan.dueAt).toBe(later);
      }
    }),
  );
});

test('a step that the version does not have ends the run: nothing is guessed', () => {
  fc.assert(
    fc.property(definitions, instants, (definition, at) => {
      // Longer than any key may be.
      expect(planNext(definition, stepKey('x'.repeat(41)), at)).toEqual({ kind: 'completed' });
    }),
  );
});
