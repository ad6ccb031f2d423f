import { assertNever, durationMs, judgeCrashes, type SequenceDefinition } from '@dripfleet/domain';
import {
  type BeginOutcome,
  type BeginRow,
  DatabaseError,
  type FinishRow,
  type OpenDelivery,
} from '@dripfleet/store';
import type { Session } from '@dripfleet/transport';
import type { DeviceContext, WorkerDeps } from './device-context.ts';
import { sentRow } from './finish-row.ts';
import { transmit } from './transmit.ts';

/** Nothing older is sent again by itself: what a phone shows after a day looks new to its owner. */
const resendAgeMax = durationMs(24 * 3_600_000);
/** Then an operator decides. */
const resendsMax = 3;

export type Recovery =
  /** Nothing of the device is open. */
  | 'settled'
  /** Something stays open: wait a while and recover again. */
  | 'open'
  /** Something stays open until its sequence is resumed or a time-lock ends; the rest of the device goes on. */
  | 'postponed'
  /** The device may not send now, or not at this pace: recover when it may. */
  | 'not_running'
  | 'lost';

/**
 * Settles what may or may not have left the device, whoever began it: by its receipt, else by sending the same id and
 * bytes again, through begin, at the device's pace. Called after the network has handed over what it kept, before
 * anything new is sent.
 */
export async function recover(
  session: Session,
  { context, deps, waitForPace }: RecoverOptions,
): Promise<Recovery> {
  const open = await deps.store.findOpenDeliveries(context.claim.deviceId);
  let recovery: Recovery = 'settled';
  for (const delivery of open) {
    // An answer that this process still holds is better than a second transmission.
    await deps.store.finishing(delivery.sequenceContactId);
    const definition = await deps.definitions.get(delivery);
    if (delivery.delivered) await settle(delivery, definition, { context, deps });
    else if (isPoison(delivery)) await hold(delivery, { context, deps }, poison(delivery));
    else if (mustHold(delivery, definition)) await hold(delivery, { context, deps });
    else {
      if (!(await waitForPace())) return 'open';
      const once = () => resend(session, { delivery, definition, context, deps });
      const { isolation } = deps;
      const isSuspect = judgeCrashes(delivery.crashCount) === 'suspect';
      const outcome = await (isSuspect ? isolation.alone(once) : isolation.among(once));
      if (outcome === 'postponed') recovery = outcome;
      else if (outcome !== 'settled') return outcome;
    }
  }
  return recovery;
}

export type RecoverOptions = Readonly<{
  context: DeviceContext;
  deps: WorkerDeps;
  /** Resolves when the device may send; false when it can't go on like this: stopped, disconnected, paced otherwise. */
  waitForPace(): Promise<boolean>;
}>;

function isPoison({ crashCount }: OpenDelivery): boolean {
  return judgeCrashes(crashCount) === 'poison';
}

function poison({ crashCount }: OpenDelivery): FinishError {
  return { class: 'poison', code: `${crashCount} crashes` };
}

function mustHold(delivery: OpenDelivery, definition: SequenceDefinition): boolean {
  return (
    definition.onUncertain === 'hold' ||
    delivery.body === undefined ||
    delivery.age > resendAgeMax ||
    delivery.resends >= resendsMax
  );
}

async function settle(
  { sequenceContactId, stepKey }: OpenDelivery,
  definition: SequenceDefinition,
  { context, deps }: { context: DeviceContext; deps: WorkerDeps },
): Promise<void> {
  await deps.store.finish(sentRow({ sequenceContactId, stepKey, definition }));
  deps.observe({
    kind: 'delivery.settled',
    deviceId: context.claim.deviceId,
    sequenceContactId,
    by: 'receipt',
  });
}

type FinishError = NonNullable<FinishRow['error']>;

const notConfirmed: FinishError = { class: 'unconfirmed', code: 'not_confirmed' };

/** Whether it arrived stays unknown, for an operator to decide. */
async function hold(
  { sequenceContactId, stepKey, attempt }: OpenDelivery,
  { context, deps }: { context: DeviceContext; deps: WorkerDeps },
  error = notConfirmed,
): Promise<void> {
  await deps.store.finish({
    sequenceContactId,
    stepKey,
    attempt,
    state: 'uncertain',
    error,
    move: { kind: 'hold' },
  });
  deps.observe({
    kind: 'delivery.settled',
    deviceId: context.claim.deviceId,
    sequenceContactId,
    by: 'operator_policy',
  });
}

async function resend(
  session: Session,
  options: {
    delivery: OpenDelivery;
    definition: SequenceDefinition;
    context: DeviceContext;
    deps: WorkerDeps;
  },
): Promise<Recovery> {
  const { delivery, definition, context, deps } = options;
  const { sequenceContactId, stepKey, messageId, toJid, body } = delivery;
  const { claim, device } = context;
  const decidedAt = deps.clock.monotonic();
  const outcome = await askBegin(deps.store, delivery, {
    sequenceContactId,
    dispatchSeq: 'resend',
    stepKey,
    deviceId: claim.deviceId,
    epoch: claim.epoch,
    pacingVersion: device.pacingVersion,
    messageId,
    toJid,
    body: body ?? '',
  });
  switch (outcome.kind) {
    case 'begun': {
      deps.observe({
        kind: 'delivery.begun',
        deviceId: claim.deviceId,
        sequenceContactId,
        stepKey,
        attempt: outcome.attempt,
      });
      const conclusion = await transmit(
        session,
        { sequenceContactId, stepKey, definition, begun: outcome, decidedAt, isResend: true },
        { context, deps },
      );
      return conclusion === 'recover' ? 'open' : 'settled';
    }
    case 'stale':
      // Its row has gone on without it: nothing else would ever close it.
      await hold(delivery, { context, deps });
      return 'settled';
    case 'already_final':
    case 'exited':
      return 'settled';
    case 'later':
      return outcome.reason === 'pacing_changed' ? 'not_running' : 'postponed';
    case 'device_not_running':
      return 'not_running';
    case 'busy':
      return 'open';
    case 'not_mine':
      return 'lost';
    default:
      return assertNever(outcome);
  }
}

/**
 * Asks begin. When its answer is lost, this attempt is known not to have left, if it was begun at all; and whoever says so
 * has survived it. Rethrows: the device must recover.
 */
async function askBegin(
  store: WorkerDeps['store'],
  { sequenceContactId, stepKey, attempt }: OpenDelivery,
  row: BeginRow,
): Promise<BeginOutcome> {
  try {
    return await store.begin(row);
  } catch (error) {
    if (error instanceof DatabaseError && error.code === 'unreachable') {
      await store.finish({
        sequenceContactId,
        stepKey,
        attempt: attempt + 1,
        state: 'sending',
        error: { class: 'not_sent', code: 'begin_unanswered' },
        move: { kind: 'hold' },
      });
    }
    throw error;
  }
}
