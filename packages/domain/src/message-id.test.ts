import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sequenceContactId, stepKey } from './ids.ts';
import { messageId, type MessageIdentity } from './message-id.ts';

const secret = Buffer.alloc(32, 7);
const identities: fc.Arbitrary<MessageIdentity> = fc.record({
  sequenceContactId: fc.integer({ min: 1, max: 2 ** 49 }).map(sequenceContactId),
  stepKey: fc.stringMatching(/^[a-z0-9_-]{1,40}$/).map(stepKey),
  cycle: fc.nat(1_000),
});

test('has the shape of an id that WhatsApp Web makes', () => {
  fc.assert(
    fc.property(identities, (identity) => {
      expect(messageId(secret, identity)).toMatch(/^3EB0[0-9A-F]{18}$/);
    }),
  );
});

test('is the same for ever: no attempt, no clock and no randomness goes into it', () => {
  const identity = {
    sequenceContactId: sequenceContactId(42),
    stepKey: stepKey('hello'),
    cycle: 0,
  };
  // Written down: a change of the derivation would send every open message under a second id.
  expect(messageId(secret, identity)).toBe(messageId(Buffer.alloc(32, 7), { ...identity }));
  expect(messageId(secret, identity)).toMatchInlineSnapshot(`"3EB0A2C3EC5AEA5EE462A6"`);
});

test('a hundred thousand messages have as many ids', () => {
  const ids = new Set<string>();
  for (let row = 1; row <= 10_000; row += 1) {
    for (const step of ['a', 'b', 'a-b', '1', '11']) {
      for (const cycle of [0, 1]) {
        const identity = {
          sequenceContactId: sequenceContactId(row),
          stepKey: stepKey(step),
          cycle,
        };
        ids.add(messageId(secret, identity));
      }
    }
  }
  expect(ids.size).toBe(100_000);
});

test('no two identities run together where their parts meet', () => {
  // Guards: row 1 of step "11|0" and the like; the separator can't occur in a part.
  fc.assert(
    fc.property(identities, identities, (a, b) => {
      const same =
        a.sequenceContactId === b.sequenceContactId &&
        a.stepKey === b.stepKey &&
        a.cycle === b.cycle;
      expect(messageId(secret, a) === messageId(secret, b)).toBe(same);
    }),
  );
});

test('another installation has other ids: without its secret an id tells nothing', () => {
  fc.assert(
    fc.property(identities, (identity) => {
      expect(messageId(randomBytes(32), identity)).not.toBe(messageId(secret, identity));
    }),
  );
});
