import { assertNever } from './assert-never.ts';
import type { Reenroll } from './sequence-definition.ts';
import { addMs, type EpochMs } from './time.ts';

/** A contact's latest run through a sequence. */
export type LastRun = Readonly<{
  status: 'active' | 'paused' | 'completed' | 'exited' | 'failed';
  /** When it ended; undefined while it has not. */
  finishedAt: EpochMs | undefined;
}>;

export type ReenrollDecision =
  | Readonly<{ kind: 'allowed' }>
  /** The run still goes on: there is one at a time. */
  | Readonly<{ kind: 'running' }>
  /** Not at any time. */
  | Readonly<{ kind: 'never' }>
  /** Not before this instant. */
  | Readonly<{ kind: 'later'; at: EpochMs }>;

/**
 * Whether a contact may go through a sequence at `now`, given the latest of its earlier runs there, if any.
 *
 * `after_exit` lets those back in who left before the end (exited or failed), and nobody twice through all of it.
 * `after` counts from the end of the run, however it ended. Monotonic: once allowed, allowed for ever.
 */
export function decideReenroll(
  policy: Reenroll,
  last: LastRun | undefined,
  now: EpochMs,
): ReenrollDecision {
  if (!last) return { kind: 'allowed' };
  if (last.finishedAt === undefined || last.status === 'active' || last.status === 'paused') {
    return { kind: 'running' };
  }
  switch (policy.kind) {
    case 'never':
      return { kind: 'never' };
    case 'after_exit':
      return last.status === 'completed' ? { kind: 'never' } : { kind: 'allowed' };
    case 'after': {
      const at = addMs(last.finishedAt, policy.duration);
      return now >= at ? { kind: 'allowed' } : { kind: 'later', at };
    }
    default:
      return assertNever(policy);
  }
}
