import {
  assertNever,
  concludeAttempt,
  type Conclusion,
  type DeviceId,
  durationMs,
  epochMs,
  type NotSentReason,
  type SendResult,
} from '@dripfleet/domain';
import type {
  Confirmation,
  ConfirmationFinish,
  ConfirmationOutcome,
  ConfirmationRequest,
} from '@dripfleet/store';
import type { Session } from '@dripfleet/transport';
import type { DeviceContext, WorkerDeps } from './device-context.ts';
import type { WorkerStore } from './worker-store.ts';

/** A confirmation that comes later than a day would look like a message of its own. */
const ageMax = durationMs(24 * 3_600_000);
/** Times that it may turn out that nothing left. */
const attemptsMax = 3;

export type Confirming =
  /** No confirmation of the device waits. */
  | 'settled'
  /** Some still wait: call again in a while. */
  | 'open'
  /** The device may not send now, or not at this pace: call again when it may. */
  | 'not_running'
  | 'lost';

/** What it asks of Postgres. */
export type ConfirmationStore = Readonly<{
  findConfirmations(device: DeviceId): Promise<readonly Confirmation[]>;
  beginConfirmation(request: ConfirmationRequest): Promise<ConfirmationOutcome>;
  /** Repeats until Postgres has answered. */
  finishConfirmation(finish: ConfirmationFinish): Promise<boolean>;
}>;

export type ConfirmDeps = Pick<
  WorkerDeps,
  'clock' | 'heartbeat' | 'inFlight' | 'observe' | 'sendBudget'
> &
  Readonly<{ store: ConfirmationStore & Pick<WorkerStore, 'restrictDevice'> }>;

export type ConfirmOptions = Readonly<{
  context: DeviceContext;
  deps: ConfirmDeps;
  /** Resolves when the device may send; false when it can't go on like this: stopped, disconnected, paced otherwise. */
  waitForPace(): Promise<boolean>;
}>;

/**
 * Tells contacts of the device that their opt-out was heard, once each, at the device's pace. Nothing is known to wait for
 * its answer when it is called, so what is still `sending` is left from a crash or an answer that never came: it is
 * uncertain, and never sent again. A receipt that comes later says more.
 */
export async function sendConfirmations(
  session: Session,
  { context, deps, waitForPace }: ConfirmOptions,
): Promise<Confirming> {
  const { deviceId } = context.claim;
  for (const confirmation of await deps.store.findConfirmations(deviceId)) {
    if (confirmation.state === 'sending') await giveUp(confirmation, { context, deps });
    else {
      // One that is too old is only cancelled.
      if (confirmation.age <= ageMax && !(await waitForPace())) return 'open';
      const outcome = await confirm(session, confirmation, { context, deps });
      if (outcome !== 'settled') return outcome;
    }
  }
  return 'settled';
}

type Parts = Pick<ConfirmOptions, 'context' | 'deps'>;

async function giveUp(
  { sequenceContactId, cycle, attempts }: Confirmation,
  { context, deps }: Parts,
): Promise<void> {
  const error = { class: 'unconfirmed', code: 'not_confirmed' } as const;
  await deps.store.finishConfirmation({
    sequenceContactId,
    cycle,
    attempt: attempts,
    state: 'uncertain',
    error,
  });
  const { deviceId } = context.claim;
  deps.observe({ kind: 'confirmation.concluded', deviceId, sequenceContactId, state: 'uncertain' });
}

async function confirm(
  session: Session,
  confirmation: Confirmation,
  { context, deps }: Parts,
): Promise<Confirming> {
  const { claim, device } = context;
  const { sequenceContactId, cycle } = confirmation;
  const decidedAt = deps.clock.monotonic();
  const outcome = await deps.store.beginConfirmation({
    sequenceContactId,
    cycle,
    deviceId: claim.deviceId,
    epoch: claim.epoch,
    pacingVersion: device.pacingVersion,
    ageMax,
  });
  switch (outcome.kind) {
    case 'begun':
      return await transmit(
        session,
        { confirmation, begun: outcome, decidedAt },
        { context, deps },
      );
    case 'cancelled': {
      const { deviceId } = claim;
      const state = 'cancelled';
      deps.observe({ kind: 'confirmation.concluded', deviceId, sequenceContactId, state });
      return 'settled';
    }
    case 'stale':
      return 'settled';
    case 'busy':
      return 'open';
    case 'device_not_running':
    case 'pacing_changed':
      return 'not_running';
    case 'not_mine':
      return 'lost';
    default:
      return assertNever(outcome);
  }
}

type Transmission = Readonly<{
  confirmation: Confirmation;
  begun: Extract<ConfirmationOutcome, { kind: 'begun' }>;
  /** Monotonic ms before begin was asked. */
  decidedAt: number;
}>;

/** As transmit.ts does it for a step: count it, gate, send, conclude, finish. */
async function transmit(
  session: Session,
  { confirmation, begun, decidedAt }: Transmission,
  { context, deps }: Parts,
): Promise<Confirming> {
  const { messageId, toJid, body, attempt } = begun;
  const { sequenceContactId, cycle } = confirmation;
  const underway = context.pacer.begin(decidedAt);
  deps.inFlight.add(messageId);
  try {
    const gate = () => mayWrite(decidedAt, { context, deps });
    const result = await session.send({ messageId, toJid, body }, gate);
    if (result.kind === 'not_sent') context.pacer.drop(underway);
    else if (result.kind !== 'unconfirmed') {
      context.pacer.answered(underway, deps.clock.monotonic());
    }
    const conclusion = conclude(begun, result);
    await deps.store.finishConfirmation({ sequenceContactId, cycle, attempt, ...conclusion });
    await restrict(result, conclusion, { context, deps });
    const { deviceId } = context.claim;
    const { state } = conclusion;
    deps.observe({ kind: 'confirmation.concluded', deviceId, sequenceContactId, state });
    return state === 'ready' ? 'open' : 'settled';
  } finally {
    deps.inFlight.delete(messageId);
  }
}

/** Asked in the tick of the write. The contact has opted out: that is what this message is about. */
function mayWrite(decidedAt: number, { context, deps }: Parts): NotSentReason | undefined {
  const { clock, heartbeat, sendBudget } = deps;
  if (!heartbeat.isTrusted(context.claim.generation)) return 'fenced';
  return clock.monotonic() - decidedAt > sendBudget ? 'budget_passed' : undefined;
}

type Concluded = Pick<ConfirmationFinish, 'state' | 'error'>;

function conclude({ messageId, attempt }: Transmission['begun'], result: SendResult): Concluded {
  const conclusion: Conclusion = concludeAttempt({
    key: messageId,
    attempt,
    isResend: false,
    result,
    now: epochMs(0),
  });
  switch (conclusion.kind) {
    case 'sent':
      return { state: 'sent', error: undefined };
    case 'retry': {
      // A network that has too much of us is not asked again for a courtesy.
      const again = result.kind === 'not_sent' && attempt < attemptsMax;
      const error = { class: 'not_sent', code: conclusion.reason } as const;
      return { state: again ? 'ready' : 'failed', error };
    }
    case 'recover':
      return { state: 'uncertain', error: { class: 'unconfirmed', code: conclusion.reason } };
    case 'failed':
    case 'held':
      return {
        state: 'failed',
        error: { class: conclusion.errorClass, code: conclusion.code },
      };
    default:
      return assertNever(conclusion);
  }
}

/** 463 speaks of new contacts, which none of these is: the next step to one of them says it again. */
async function restrict(
  result: SendResult,
  { error }: Concluded,
  { context, deps }: Parts,
): Promise<void> {
  if (result.kind !== 'rejected' || error?.class !== 'account' || result.code === '463') return;
  await deps.store.restrictDevice(context.claim.deviceId, {
    towards: 'everybody',
    reason: `the network refused with ${result.code}`,
    duration: undefined,
  });
}
