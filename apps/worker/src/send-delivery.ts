import {
  assertNever,
  contactVariables,
  judgeCrashes,
  type MessageId,
  messageId,
  renderStep,
  type SequenceDefinition,
  userJid,
} from '@dripfleet/domain';
import type { JobPayload } from '@dripfleet/queue';
import {
  type BeginOutcome,
  type BeginRow,
  DatabaseError,
  type DeliveryContents,
  type LoadedDelivery,
} from '@dripfleet/store';
import type { Session } from '@dripfleet/transport';
import type { DeviceContext, WorkerDeps } from './device-context.ts';
import { isNextDueAtOnce, lostBeginRow, moveOn, sentRow } from './finish-row.ts';
import { transmit } from './transmit.ts';
import type { WorkerStore } from './worker-store.ts';

/** What the device worker does after a job. In every case but `again` the job is completed. */
export type SendOutcome =
  /** With `isDueAgain` the row's next step follows at once. */
  | Readonly<{ kind: 'done'; isDueAgain?: boolean }>
  /** Something of this device is open: recover before the next job. */
  | Readonly<{ kind: 'recover' }>
  /** The device's own row changed: read it again. */
  | Readonly<{ kind: 'refresh' }>
  /** Another worker owns the device: stop. */
  | Readonly<{ kind: 'lost' }>
  /** Somebody held a row for a moment: the same job once more. */
  | Readonly<{ kind: 'again' }>;

type WholeDelivery = LoadedDelivery & Readonly<{ contents: DeliveryContents }>;

/**
 * The route of one message on the worker: load → render → begin → gate → send → finish. The pacing was waited for before
 * the job was fetched. The job decides nothing: all is read again from Postgres, and begin has the last word.
 *
 * Throws `DatabaseError` when begin's fate is unknown; then the device must recover.
 */
export async function sendDelivery(
  job: JobPayload,
  session: Session,
  { context, deps }: { context: DeviceContext; deps: WorkerDeps },
): Promise<SendOutcome> {
  const { store, observe } = deps;
  const { claim } = context;
  const loaded = await store.load(job.sequenceContactId);
  if (loaded?.nextStepKey !== job.stepKey || loaded.deviceId !== claim.deviceId) {
    observe({ kind: 'job.skipped', deviceId: claim.deviceId, reason: 'stale' });
    return { kind: 'done' };
  }
  const route = (contents: DeliveryContents) =>
    sendLoaded({ ...loaded, contents }, session, { job, context, deps });
  const { contents } = loaded;
  if (contents !== undefined) return await deps.isolation.among(() => route(contents));
  const verdict = judgeCrashes(loaded.crashCount) === 'poison' ? 'poison' : 'suspect';
  const { sequenceContactId } = job;
  observe({ kind: 'delivery.isolated', deviceId: claim.deviceId, sequenceContactId, verdict });
  if (verdict === 'poison') return await condemn(loaded, { job, context, deps });
  return await deps.isolation.alone(async () => {
    const isolated = await store.isolate(job);
    return isolated === undefined ? { kind: 'done' } : await route(isolated);
  });
}

async function sendLoaded(
  loaded: WholeDelivery,
  session: Session,
  { job, context, deps }: { job: JobPayload; context: DeviceContext; deps: WorkerDeps },
): Promise<SendOutcome> {
  const { store, observe, clock } = deps;
  const { claim, device } = context;
  const definition = await deps.definitions.get(loaded);
  const options = { job, definition, context, deps };
  const message = bind(loaded, { job, definition, secret: deps.secret });
  if (message.kind === 'refused') return await refuse(message, options);

  const decidedAt = clock.monotonic();
  const row: BeginRow = {
    sequenceContactId: job.sequenceContactId,
    dispatchSeq: job.dispatchSeq,
    stepKey: job.stepKey,
    deviceId: claim.deviceId,
    epoch: claim.epoch,
    pacingVersion: device.pacingVersion,
    ...message,
  };
  const outcome = await askBegin(store, row, loaded.attempts + 1);
  if (outcome.kind === 'unstorable') {
    return await refuse({ ...message, kind: 'refused', reason: outcome.reason }, options);
  }
  if (outcome.kind !== 'begun') return await notBegun(outcome, options);

  const { sequenceContactId, stepKey } = job;
  const { attempt } = outcome;
  observe({
    kind: 'delivery.begun',
    deviceId: claim.deviceId,
    sequenceContactId,
    stepKey,
    attempt,
  });
  const conclusion = await transmit(
    session,
    {
      sequenceContactId,
      stepKey,
      definition,
      begun: outcome,
      decidedAt,
      dueAt: loaded.dueAt,
      isResend: false,
    },
    { context, deps },
  );
  if (conclusion === 'recover') return { kind: 'recover' };
  return { kind: 'done', isDueAgain: isNextDueAtOnce(definition, stepKey) };
}

/**
 * Asks begin. When its answer is lost, nobody knows whether the intent was committed; but this process has written no
 * frame, so that attempt is known not to have left. Rethrows: the device must recover.
 *
 * `unstorable`: Postgres refuses what the message holds, and always will; the device goes on without it.
 */
async function askBegin(
  store: WorkerStore,
  row: BeginRow,
  attempt: number,
): Promise<BeginOutcome | Readonly<{ kind: 'unstorable'; reason: string }>> {
  try {
    return await store.begin(row);
  } catch (error) {
    if (error instanceof DatabaseError && error.code === 'bad_row') {
      return { kind: 'unstorable', reason: `unstorable_${error.sqlState ?? 'row'}` };
    }
    if (error instanceof DatabaseError && error.code === 'unreachable') {
      const { sequenceContactId, stepKey } = row;
      await store.finish(lostBeginRow({ sequenceContactId, stepKey, attempt }));
    }
    throw error;
  }
}

type JobOptions = Readonly<{
  job: JobPayload;
  definition: SequenceDefinition;
  context: DeviceContext;
  deps: WorkerDeps;
}>;

/** Begin said no and has moved the row by its outcome; what is left is the device's part. */
async function notBegun(
  outcome: Exclude<BeginOutcome, { kind: 'begun' }>,
  { job, definition, context, deps }: JobOptions,
): Promise<SendOutcome> {
  const { deviceId } = context.claim;
  const reason = 'reason' in outcome ? outcome.reason : outcome.kind;
  if (outcome.kind !== 'busy') deps.observe({ kind: 'job.skipped', deviceId, reason });
  switch (outcome.kind) {
    case 'already_final':
      await deps.store.finish(sentRow({ ...job, definition }));
      return { kind: 'done' };
    case 'stale':
    case 'exited':
      return { kind: 'done' };
    case 'later':
    case 'device_not_running':
      return { kind: 'refresh' };
    case 'not_mine':
      return { kind: 'lost' };
    case 'busy':
      return { kind: 'again' };
    default:
      return assertNever(outcome);
  }
}

type Bound =
  | Readonly<{ kind: 'bound'; messageId: MessageId; toJid: string; body: string }>
  | Readonly<{ kind: 'refused'; messageId: MessageId; toJid: string; reason: string }>;

/** The message that this step is, for ever: the one an earlier attempt bound it to, else a new rendering. */
function bind(
  loaded: WholeDelivery,
  {
    job,
    definition,
    secret,
  }: { job: JobPayload; definition: SequenceDefinition; secret: Uint8Array },
): Bound {
  const toJid = userJid(loaded.phone);
  const id = messageId(secret, { ...job, cycle: 0 });
  const { contents } = loaded;
  if (contents.bound) return { kind: 'bound', toJid, ...contents.bound };
  const step = definition.steps.find(({ key }) => key === job.stepKey);
  if (!step)
    return { kind: 'refused', messageId: id, toJid, reason: 'the version has no such step' };
  const rendering = renderStep(step, contactVariables(contents));
  return rendering.kind === 'rendered'
    ? { kind: 'bound', messageId: id, toJid, body: rendering.body }
    : { kind: 'refused', messageId: id, toJid, reason: rendering.reason };
}

async function refuse(
  { messageId: id, toJid, reason }: Extract<Bound, { kind: 'refused' }>,
  { job, definition, context, deps }: JobOptions,
): Promise<SendOutcome> {
  const { deviceId, epoch } = context.claim;
  const outcome = await deps.store.refuse({
    ...job,
    deviceId,
    epoch,
    messageId: id,
    toJid,
    errorCode: reason,
    errorClass: 'content',
    move: definition.onFailedStep === 'exit' ? { kind: 'exit' } : moveOn(definition, job.stepKey),
  });
  if (outcome.kind !== 'refused')
    return await notBegun(outcome, { job, definition, context, deps });
  const { sequenceContactId, stepKey } = job;
  deps.observe({ kind: 'delivery.refused', deviceId, sequenceContactId, stepKey, reason });
  return { kind: 'done', isDueAgain: isNextDueAtOnce(definition, stepKey) };
}

/** A row that processes die of waits for an operator; its contents are neither read nor rendered here. */
async function condemn(
  loaded: LoadedDelivery,
  { job, context, deps }: Omit<JobOptions, 'definition'>,
): Promise<SendOutcome> {
  const { deviceId, epoch } = context.claim;
  const reason = `${loaded.crashCount} crashes`;
  const outcome = await deps.store.refuse({
    ...job,
    deviceId,
    epoch,
    messageId: messageId(deps.secret, { ...job, cycle: 0 }),
    toJid: userJid(loaded.phone),
    errorCode: reason,
    errorClass: 'poison',
    move: { kind: 'hold' },
  });
  if (outcome.kind !== 'refused') {
    const definition = await deps.definitions.get(loaded);
    return await notBegun(outcome, { job, definition, context, deps });
  }
  const { sequenceContactId, stepKey } = job;
  deps.observe({ kind: 'delivery.refused', deviceId, sequenceContactId, stepKey, reason });
  return { kind: 'done' };
}
