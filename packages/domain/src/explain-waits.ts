import { assertNever } from './assert-never.ts';
import { explainDevice } from './explain-device.ts';
import type { Reason, Rule } from './explain-rule.ts';
import { judgeCrashes } from './judge-crashes.ts';
import type { RunFacts } from './run-facts.ts';
import { addMs, type EpochMs } from './time.ts';

const finalStates: ReadonlySet<string> = new Set(['sent', 'failed', 'uncertain', 'cancelled']);

/** Every rule that keeps a run that goes on from being sent, in their order. */
export function waits(facts: RunFacts): readonly Reason[] {
  return [...ofDevice(facts), ...ofRow(facts), ...ofWorker(facts), ...ofTurn(facts)];
}

/** What select and begin ask about the device, and begin about the sequence. */
function ofDevice(facts: RunFacts): readonly Reason[] {
  const { run, sequence, device, now } = facts;
  const own = explainDevice(device, now);
  const isTimeLocked =
    device.restriction === 'new_contacts' &&
    !(device.restrictedUntil !== undefined && device.restrictedUntil <= now);
  return list(
    own,
    run.status === 'paused' && { rule: 'run_paused' },
    sequence !== 'active' && { rule: 'sequence_not_active' },
    isTimeLocked && !facts.isKnown && { rule: 'new_contact', at: device.restrictedUntil },
    facts.pace === 'unreadable' && { rule: 'pacing_unreadable' },
  );
}

function ofRow({ run, delivery, now }: RunFacts): readonly Reason[] {
  return list(
    run.dispatchState === 'idle' && run.dueAt > now && { rule: 'not_due', at: run.dueAt },
    delivery !== undefined && finalStates.has(delivery.state) && { rule: 'already_final' },
  );
}

/** Whether somebody is there who could send it. */
function ofWorker(facts: RunFacts): readonly Reason[] {
  const { owner, session } = facts.device;
  switch (owner) {
    case 'silent':
      return list({ rule: 'owner_silent' });
    case 'other_engine':
      return list({ rule: 'changing_engine' });
    case 'none':
      return ofNobody(facts);
    case 'live':
      return list(
        session === 'unreachable' && { rule: 'unreachable' },
        (session === 'closed' || session === 'connecting') && { rule: 'not_connected' },
      );
    default:
      return assertNever(owner);
  }
}

function ofNobody({ run, device, workers, now }: RunFacts): readonly Reason[] {
  // Nobody has to own a device that has nothing to do yet.
  if (run.dispatchState === 'idle' && run.dueAt > now) return [];
  if (workers.live === 0) return list({ rule: 'no_worker' });
  // Nobody claims one that may not send.
  if (explainDevice(device, now)) return [];
  const isReserved = device.reservedUntil !== undefined && device.reservedUntil > now;
  return list(isReserved ? { rule: 'reserved', at: device.reservedUntil } : { rule: 'unclaimed' });
}

/** What the worker that has it in hand asks. */
function ofTurn({ run, pace, ahead, now }: RunFacts): readonly Reason[] {
  return list(
    run.dispatchState === 'sending' && { rule: 'unconfirmed' },
    judgeCrashes(run.crashCount) !== 'innocent' && { rule: 'suspect' },
    ahead > 0 && { rule: 'in_line' },
    pace !== 'unreadable' && pace > 0 && { rule: 'paced', at: addMs(now, pace) },
  );
}

type Said = Readonly<{ rule: Rule; at?: EpochMs | undefined }>;

function list(...said: readonly (Said | false | undefined)[]): readonly Reason[] {
  return said.flatMap((one) => (one ? { rule: one.rule, askedAgainAt: one.at } : []));
}
