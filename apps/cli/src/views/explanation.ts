import { assertNever } from '@dripfleet/domain';
import type { ExplainedReason, ExplainOutcome, ShownStep } from '@dripfleet/operations';
import type { RunHistory } from '@dripfleet/store';
import type { ItemView, Output } from '../output.ts';
import { fromNow, iso } from '../times.ts';

type Shown = Extract<ExplainOutcome, { kind: 'explained' }> &
  Readonly<{
    sequence: string;
    /** The number, masked unless it was asked for in full. */
    contact: string;
  }>;

/** `explain`. `now` is this machine's, for the relative times. */
export function explanationView({ colors }: Output, now: number): ItemView<Shown> {
  return {
    text: (shown) => explanationText(shown, colors.bold, now),
    json: explanationJson,
    names: ({ verdict, reasons }) => [reasons[0]?.rule ?? verdict],
  };
}

function explanationText(shown: Shown, bold: (text: string) => string, now: number): string {
  const { run, reasons, steps, earlier } = shown;
  const [first, ...others] = reasons;
  const toDo = first?.toDo;
  return [
    bold(`${shown.contact} in ${shown.sequence}: ${headline(shown)}`),
    ...(first ? [`  ${reasonText(first, now)}`] : []),
    ...(toDo === undefined ? [] : [`  To do: ${toDo}`]),
    ...(others.length > 0 ? ['', bold('Then')] : []),
    ...others.map((reason) => `  ${reasonText(reason, now)}`),
    '',
    bold(`Run ${run.runNo}`),
    `  version ${run.version}, ${shown.facts.run.status}, on ${run.device.name}, enrolled ${fromNow(run.enrolledAt, now)}`,
    ...steps.map((step) => `  ${stepText(step, shown, now)}`),
    ...earlier.map((one) => `Run ${one.runNo}: ${runText(one, now)}`),
  ].join('\n');
}

function headline({ verdict, run }: Shown): string {
  const step = run.nextStepKey ?? 'the next message';
  switch (verdict) {
    case 'ended':
      return 'nothing more goes out';
    case 'held':
      return `${step} is held`;
    case 'in_flight':
      return `${step} is on its way`;
    case 'waits':
      return `${step} waits`;
    case 'next':
      return `${step} is next to go`;
    default:
      return assertNever(verdict);
  }
}

function reasonText({ rule, detail, askedAgainAt }: ExplainedReason, now: number): string {
  const again =
    askedAgainAt === undefined
      ? ''
      : ` Asked again ${fromNow(askedAgainAt, now)}, at ${iso(askedAgainAt)}.`;
  return `[${rule}] ${detail}${again}`;
}

function stepText({ stepKey, delivery, isNext }: ShownStep, shown: Shown, now: number): string {
  const name = stepKey.padEnd(Math.max(...shown.steps.map((step) => step.stepKey.length)));
  if (!delivery) {
    const due = isNext ? `due ${fromNow(shown.facts.run.dueAt, now)}` : '';
    return `${name}  ${due || 'not begun'}`;
  }
  const { state, attempts, error, lastAttemptAt, deliveredAt, readAt } = delivery;
  return [
    `${name}  ${state}${error === undefined ? '' : ` (${error.class}: ${error.code})`}`,
    attempts === 0 ? 'never begun' : `begun ${attempts === 1 ? 'once' : `${attempts} times`}`,
    `last ${fromNow(lastAttemptAt, now)}`,
    ...(deliveredAt === undefined ? [] : [`delivered ${fromNow(deliveredAt, now)}`]),
    ...(readAt === undefined ? [] : [`read ${fromNow(readAt, now)}`]),
  ].join(', ');
}

function runText({ status, exitReason, enrolledAt, deliveries }: RunHistory, now: number): string {
  const why = exitReason === undefined ? '' : ` (${exitReason})`;
  const sent = deliveries.filter(({ state }) => state === 'sent').length;
  return `${status}${why}, enrolled ${fromNow(enrolledAt, now)}, ${sent} sent`;
}

function explanationJson({ contact, sequence, verdict, reasons, facts, run, ...rest }: Shown) {
  const [first] = reasons;
  return {
    contact,
    sequence,
    verdict,
    rule: first?.rule ?? null,
    detail: first?.detail ?? null,
    asked_again_at: iso(first?.askedAgainAt),
    to_do: first?.toDo ?? null,
    reasons: reasons.map(({ rule, detail, askedAgainAt, toDo }) => ({
      rule,
      detail,
      asked_again_at: iso(askedAgainAt),
      to_do: toDo ?? null,
    })),
    run: {
      id: run.sequenceContactId,
      run_no: run.runNo,
      version: run.version,
      device: run.device.name,
      status: facts.run.status,
      exit_reason: run.exitReason ?? null,
      dispatch_state: facts.run.dispatchState,
      next_step: run.nextStepKey ?? null,
      due_at: run.nextStepKey === undefined ? null : iso(facts.run.dueAt),
      enrolled_at: iso(run.enrolledAt),
      finished_at: iso(run.finishedAt),
      queued_at: facts.run.dispatchState === 'queued' ? iso(run.queuedAt) : null,
      messages_before_it: facts.ahead,
      crash_count: facts.run.crashCount,
    },
    steps: rest.steps.map(({ stepKey, delivery }) =>
      delivery ? deliveryJson(delivery) : { step: stepKey, state: null },
    ),
    earlier_runs: rest.earlier.map((one) => ({
      run_no: one.runNo,
      version: one.version,
      status: one.status,
      exit_reason: one.exitReason ?? null,
      enrolled_at: iso(one.enrolledAt),
      finished_at: iso(one.finishedAt),
      steps: one.deliveries.map(deliveryJson),
    })),
  };
}

function deliveryJson(delivery: RunHistory['deliveries'][number]) {
  return {
    step: delivery.stepKey,
    state: delivery.state,
    attempts: delivery.attempts,
    error_class: delivery.error?.class ?? null,
    error_code: delivery.error?.code ?? null,
    last_attempt_at: iso(delivery.lastAttemptAt),
    acked_at: iso(delivery.ackedAt),
    delivered_at: iso(delivery.deliveredAt),
    read_at: iso(delivery.readAt),
  };
}
