import {
  concludeAttempt,
  type Conclusion,
  type EpochMs,
  epochMs,
  type NotSentReason,
  phoneOfJid,
  type SendResult,
  type SequenceContactId,
  type SequenceDefinition,
  type StepKey,
} from '@dripfleet/domain';
import type { BeginOutcome } from '@dripfleet/store';
import type { Session } from '@dripfleet/transport';
import { restrictionOf } from './account-limits.ts';
import type { DeviceContext, WorkerDeps } from './device-context.ts';
import { toFinishRow } from './finish-row.ts';

type Begun = Extract<BeginOutcome, { kind: 'begun' }>;

export type Transmission = Readonly<{
  sequenceContactId: SequenceContactId;
  stepKey: StepKey;
  definition: SequenceDefinition;
  begun: Begun;
  /** An earlier attempt may have arrived: whatever becomes of this one, the delivery stays open until that is known. */
  isResend: boolean;
  /** Undefined for a re-send: it waited for its fate, not for its turn. */
  dueAt?: EpochMs;
  /** Monotonic ms before begin was asked: the send budget and the pacing count from there. */
  decidedAt: number;
}>;

/**
 * Sends what begin has committed, and stores what came out: gate, send, conclude, finish.
 *
 * Returns the conclusion; `recover` means that it stays open and must be settled before anything else leaves the device.
 */
export async function transmit(
  session: Session,
  transmission: Transmission,
  { context, deps }: { context: DeviceContext; deps: WorkerDeps },
): Promise<Conclusion['kind']> {
  deps.inFlight.add(transmission.begun.messageId);
  try {
    return await sendAndFinish(session, transmission, { context, deps });
  } finally {
    deps.inFlight.delete(transmission.begun.messageId);
  }
}

async function sendAndFinish(
  session: Session,
  transmission: Transmission,
  { context, deps }: { context: DeviceContext; deps: WorkerDeps },
): Promise<Conclusion['kind']> {
  const { clock, store, observe } = deps;
  const { claim, pacer } = context;
  const { begun, definition, sequenceContactId, stepKey, decidedAt, dueAt } = transmission;
  const underway = pacer.begin(decidedAt);
  const writtenAt = clock.monotonic();
  const { toJid, body } = begun;
  const media = definition.steps.find(({ key }) => key === stepKey)?.media;
  const message = { messageId: begun.messageId, toJid, body, media };
  const result = await session.send(message, () => gate(transmission, { context, deps }));
  const answeredAt = clock.monotonic();
  const sentAt = clock.now();
  if (result.kind === 'not_sent') pacer.drop(underway);
  // The answer to a re-send may be that of the time before, and this one on its way still: it counts as long as it may take.
  else if (result.kind !== 'unconfirmed' && !transmission.isResend) {
    pacer.answered(underway, answeredAt);
  }

  const conclusion = conclude(transmission, result);
  const { attempt } = begun;
  await store.finish(toFinishRow({ ...transmission, attempt }, conclusion));
  if (result.kind === 'unconfirmed') await abandon(session);
  const errorClass = 'errorClass' in conclusion ? conclusion.errorClass : undefined;
  if (errorClass === 'account' && result.kind === 'rejected') {
    await store.restrictDevice(claim.deviceId, restrictionOf(result.code));
  }
  observe({
    kind: 'delivery.concluded',
    deviceId: claim.deviceId,
    sequenceContactId,
    stepKey,
    conclusion: conclusion.kind,
    errorClass,
    processMs: toMicroseconds(clock.monotonic() - decidedAt),
    ackMs: toMicroseconds(answeredAt - writtenAt),
    dueMs: dueAt === undefined ? undefined : sentAt - dueAt,
  });
  return conclusion.kind;
}

/**
 * Nobody knows whether this session still reaches the network, and sending the same again over it could only pile up what
 * arrives later. Over a new one the network first tells what became of it.
 */
async function abandon(session: Session): Promise<void> {
  session.terminate();
  await session.close();
}

/** The digits beyond are noise of the arithmetic, long enough to look like a phone number. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

/** Times are relative to now: Postgres has the clock that due times are made from. */
function conclude({ begun, isResend }: Transmission, result: SendResult): Conclusion {
  const { messageId: key, attempt } = begun;
  return concludeAttempt({ key, attempt, isResend, result, now: epochMs(0) });
}

/** Asked in the tick of the write. */
function gate(
  { begun, decidedAt }: Transmission,
  { context, deps }: { context: DeviceContext; deps: WorkerDeps },
): NotSentReason | undefined {
  const { clock, heartbeat, inbound, sendBudget } = deps;
  if (!heartbeat.isTrusted(context.claim.generation)) return 'fenced';
  const to = phoneOfJid(begun.toJid);
  if (to !== undefined && inbound.vetoes(to)) return 'opted_out';
  if (clock.monotonic() - decidedAt > sendBudget) return 'budget_passed';
  return undefined;
}
