import type { Reason, Rule } from './explain-rule.ts';
import { waits } from './explain-waits.ts';
import type { RunFacts } from './run-facts.ts';

/** Why the next message of a run has not gone yet. `reasons` holds the rules that say no, the first one first. */
export type Explanation =
  /** Nothing more goes out in this run. */
  | Readonly<{ verdict: 'ended'; reasons: Reasons }>
  /** An operator must decide. */
  | Readonly<{ verdict: 'held'; reasons: Reasons }>
  /** It has left or is leaving, and its answer is awaited. */
  | Readonly<{ verdict: 'in_flight'; reasons: Reasons }>
  /** It goes by itself once nothing says no any more, or once an operator has acted. */
  | Readonly<{ verdict: 'waits'; reasons: Reasons }>
  /** Nothing says no. */
  | Readonly<{ verdict: 'next'; reasons: readonly [] }>;

export type Reasons = readonly [Reason, ...Reason[]];

/** An answer takes 30 s at most, and the send before it 20 s; later, only recovery can tell. */
const flightMax = 60_000;

/**
 * Names every rule that keeps a run's next message back, in the order in which they are asked: by begin about the person
 * and the run, by select and begin about the device and the sequence, then by the worker. What is over, held or in flight
 * is asked no further.
 *
 * Mirrors begin-deliveries.sql, select-due.sql and device_may_send; a test in packages/operations holds it to them.
 */
export function explainRun(facts: RunFacts): Explanation {
  const ended = reasonsOf([
    [isEnded(facts), 'ended'],
    [facts.contact.suppressed, 'suppressed'],
    [!facts.contact.consented, 'no_consent'],
  ]);
  if (isSome(ended)) return { verdict: 'ended', reasons: ended };
  if (facts.run.dispatchState === 'held')
    return { verdict: 'held', reasons: [{ rule: 'held', askedAgainAt: undefined }] };
  if (isInFlight(facts))
    return { verdict: 'in_flight', reasons: [{ rule: 'in_flight', askedAgainAt: undefined }] };
  const reasons = waits(facts);
  return isSome(reasons) ? { verdict: 'waits', reasons } : { verdict: 'next', reasons: [] };
}

const isEnded = ({ run }: RunFacts) => run.status !== 'active' && run.status !== 'paused';

function isInFlight({ run, delivery, device, now }: RunFacts): boolean {
  return (
    run.dispatchState === 'sending' &&
    delivery?.state === 'sending' &&
    delivery.concludedAt === undefined &&
    device.owner === 'live' &&
    now - delivery.lastAttemptAt < flightMax
  );
}

function reasonsOf(rules: readonly (readonly [boolean, Rule])[]): readonly Reason[] {
  return rules.filter(([says]) => says).map(([, rule]) => ({ rule, askedAgainAt: undefined }));
}

const isSome = (reasons: readonly Reason[]): reasons is Reasons => reasons.length > 0;
