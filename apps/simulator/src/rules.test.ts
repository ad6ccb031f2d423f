import { expect, it } from 'vitest';
import type { Rule } from './rule.ts';
import { Rules } from './rules.ts';

const device = '+15550000001';
const message = { on: 'message', device, to: '+15559990001', id: 'A' } as const;

function rulesOf(...rules: Rule[]): Rules {
  const all = new Rules();
  all.add(rules);
  return all;
}

it('strikes as often as told, then no more', () => {
  const rules = rulesOf({ on: 'message', do: 'no_ack', times: 2 });
  const deeds = [1, 2, 3].map(() => rules.take(message)?.do);
  expect(deeds).toEqual(['no_ack', 'no_ack', undefined]);
});

it('uses rules up in the order they were given', () => {
  const rules = rulesOf(
    { on: 'message', do: 'hang', times: 1 },
    { on: 'message', do: 'nack', times: 1 },
  );
  expect([rules.take(message)?.do, rules.take(message)?.do]).toEqual(['hang', 'nack']);
});

it.each([
  { on: 'login' as const },
  { on: 'message' as const, device: '+15550000002' },
  { on: 'message' as const, to: '+15559990002' },
  { on: 'message' as const, id: 'B' },
])('leaves what %j does not name alone', (filter) => {
  const rules = rulesOf({ do: 'hang', times: 1, ...filter });
  expect(rules.take(message)).toBeUndefined();
  expect(rules.strikesLeft).toBe(1);
});

it('strikes what device, to and id all name', () => {
  const rules = rulesOf({ ...message, do: 'hang', times: 1 });
  expect(rules.take(message)?.do).toBe('hang');
});

it('strikes a query of its kind only', () => {
  const rules = rulesOf({ on: 'query', do: 'hang', xmlns: 'usync', times: 1 });
  expect(rules.take({ on: 'query', device, xmlns: 'privacy' })).toBeUndefined();
  expect(rules.take({ on: 'query', device, xmlns: 'usync' })?.do).toBe('hang');
});

// A client of WhatsApp has no name at its upgrade: a rule for one device must not strike another.
it('leaves what has no device alone when it names one', () => {
  const rules = rulesOf({ on: 'upgrade', do: 'hang', device, times: 1 });
  expect(rules.take({ on: 'upgrade' })).toBeUndefined();
});

it('forgets all rules when cleared', () => {
  const rules = rulesOf({ on: 'message', do: 'hang', times: 9 });
  rules.clear();
  expect(rules.take(message)).toBeUndefined();
});
