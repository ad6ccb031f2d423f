import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rule } from './explain-rule.ts';
import { explainRun } from './explain-run.ts';
import type { DeliveryFacts, DeviceFacts, RunFacts } from './run-facts.ts';
import { addMs, durationMs, epochMs } from './time.ts';

const now = epochMs(1_000_000_000);
const later = addMs(now, durationMs(60_000));
const before = addMs(now, durationMs(-90_000));

const device: DeviceFacts = {
  hasPhone: true,
  desiredState: 'running',
  pausedUntil: undefined,
  session: 'open',
  restriction: undefined,
  restrictedUntil: undefined,
  engine: 'workers',
  owner: 'live',
  reservedUntil: undefined,
};
/** Due, and nothing says no. */
const facts: RunFacts = {
  now,
  contact: { suppressed: false, consented: true },
  run: { status: 'active', dispatchState: 'idle', dueAt: now, crashCount: 0 },
  delivery: undefined,
  sequence: 'active',
  device,
  isKnown: false,
  ahead: 0,
  pace: durationMs(0),
  workers: { live: 1, places: 10 },
};
const delivery: DeliveryFacts = {
  state: 'sending',
  attempts: 1,
  error: undefined,
  lastAttemptAt: now,
  concludedAt: undefined,
};
const sending: Partial<RunFacts> = { run: { ...facts.run, dispatchState: 'sending' } };
const on = (columns: Partial<DeviceFacts>): Partial<RunFacts> => ({
  device: { ...device, ...columns },
});
const standing = (columns: Partial<RunFacts['run']>): Partial<RunFacts> => ({
  run: { ...facts.run, ...columns },
});

/** What each rule says no to, in the order in which the rules are asked. */
const obstacles: readonly (readonly [Rule, Partial<RunFacts>])[] = [
  ['no_phone', on({ hasPhone: false })],
  ['sequence_not_active', { sequence: 'paused' }],
  ['pacing_unreadable', { pace: 'unreadable' }],
  ['not_due', standing({ dueAt: later })],
  ['already_final', { delivery: { ...delivery, state: 'sent' } }],
  ['in_line', { ahead: 2 }],
  ['paced', { pace: durationMs(5_000) }],
];

describe('explainRun', () => {
  it('calls a message next when nothing says no', () => {
    expect(explainRun(facts)).toEqual({ verdict: 'next', reasons: [] });
  });

  // Guards: each rule alone is found, with the time at which it is asked again.
  it.each<[Rule, Partial<RunFacts>, number?]>([
    ['ended', standing({ status: 'completed' })],
    ['ended', standing({ status: 'exited', dispatchState: 'sending' })],
    ['suppressed', { contact: { suppressed: true, consented: true } }],
    ['no_consent', { contact: { suppressed: false, consented: false } }],
    ['held', standing({ dispatchState: 'held' })],
    ['in_flight', { ...sending, delivery }],
    ['no_phone', on({ hasPhone: false })],
    ['paused', on({ desiredState: 'paused' })],
    ['paused', on({ desiredState: 'paused', pausedUntil: later }), later],
    ['draining', on({ desiredState: 'draining' })],
    ['drained', on({ desiredState: 'drained' })],
    ['unpaired', on({ session: 'unpaired' })],
    ['quarantined', on({ session: 'quarantined' })],
    ['restricted', on({ session: 'restricted' })],
    ['restricted', on({ session: 'restricted', restrictedUntil: later }), later],
    ['run_paused', standing({ status: 'paused' })],
    ['sequence_not_active', { sequence: 'archived' }],
    ['new_contact', on({ restriction: 'new_contacts', restrictedUntil: later }), later],
    ['pacing_unreadable', { pace: 'unreadable' }],
    ['not_due', standing({ dueAt: later }), later],
    ['no_worker', { ...on({ owner: 'none' }), workers: { live: 0, places: 0 } }],
    ['unclaimed', on({ owner: 'none' })],
    ['unclaimed', on({ owner: 'none', reservedUntil: before })],
    ['reserved', on({ owner: 'none', reservedUntil: later }), later],
    ['owner_silent', on({ owner: 'silent' })],
    ['changing_engine', on({ owner: 'other_engine' })],
    ['unreachable', on({ session: 'unreachable' })],
    ['not_connected', on({ session: 'closed' })],
    ['already_final', { delivery: { ...delivery, state: 'uncertain' } }],
    ['unconfirmed', { ...sending, delivery: { ...delivery, concludedAt: now } }],
    ['unconfirmed', { ...sending, delivery: { ...delivery, lastAttemptAt: before } }],
    ['suspect', standing({ crashCount: 2 })],
    ['in_line', { ahead: 1 }],
    ['paced', { pace: durationMs(5_000) }, now + 5_000],
  ])('names %s', (rule, patch, askedAgainAt) => {
    expect(explainRun({ ...facts, ...patch }).reasons).toEqual([{ rule, askedAgainAt }]);
  });

  it.each<[string, Partial<RunFacts>]>([
    ['a pause that has run out', on({ desiredState: 'paused', pausedUntil: now })],
    ['a restriction that has run out', on({ session: 'restricted', restrictedUntil: now })],
    ['a time-lock, for whom it knows', { ...on({ restriction: 'new_contacts' }), isKnown: true }],
    [
      'a time-lock that has run out',
      on({ session: 'restricted', restriction: 'new_contacts', restrictedUntil: now }),
    ],
    ['a queued row, by its time', standing({ dispatchState: 'queued', dueAt: later })],
    ['one crash', standing({ crashCount: 1 })],
  ])('takes %s for no obstacle', (_, patch) => {
    expect(explainRun({ ...facts, ...patch }).verdict).toBe('next');
  });

  it('asks nobody to own a device before it has something to do', () => {
    const idle = { ...standing({ dueAt: later }), ...on({ owner: 'none' as const }) };
    expect(explainRun({ ...facts, ...idle }).reasons.map(({ rule }) => rule)).toEqual(['not_due']);
  });

  // Guards: an obstacle that hides behind another one, or a first rule that depends on the later ones.
  it('names all that say no, and always in the same order', () => {
    fc.assert(
      fc.property(fc.subarray([...obstacles]), (some) => {
        const patched = some.reduce((sum, [, patch]) => ({ ...sum, ...patch }), facts);
        const expected = some
          .map(([rule]) => rule)
          .filter((rule) => rule !== 'pacing_unreadable' || patched.pace === 'unreadable');
        expect(explainRun(patched).reasons.map(({ rule }) => rule)).toEqual(expected);
      }),
    );
  });
});
