import type { ExplainOutcome } from '@dripfleet/operations';
import type { RunHistory } from '@dripfleet/store';

/** What `explain` found, without the person: no number, no text. */
export function explanationView({
  verdict,
  reasons,
  facts,
  run,
  steps,
  earlier,
}: Extract<ExplainOutcome, { kind: 'explained' }>) {
  return {
    verdict,
    reasons: reasons.map(({ rule, detail, askedAgainAt, toDo }) => ({
      rule,
      detail,
      askedAgainAt,
      toDo,
    })),
    run: {
      runNo: run.runNo,
      version: run.version,
      device: run.device.name,
      status: facts.run.status,
      exitReason: run.exitReason,
      dispatchState: facts.run.dispatchState,
      nextStep: run.nextStepKey,
      dueAt: run.nextStepKey === undefined ? undefined : facts.run.dueAt,
      enrolledAt: run.enrolledAt,
      finishedAt: run.finishedAt,
      messagesBeforeIt: facts.ahead,
    },
    steps: steps.map(({ stepKey, delivery }) =>
      delivery ? deliveryView(delivery) : { step: stepKey },
    ),
    earlierRuns: earlier.map((one) => ({
      runNo: one.runNo,
      version: one.version,
      status: one.status,
      exitReason: one.exitReason,
      steps: one.deliveries.map(deliveryView),
    })),
  };
}

function deliveryView(delivery: RunHistory['deliveries'][number]) {
  const { stepKey, state, attempts, error, lastAttemptAt, ackedAt, deliveredAt, readAt } = delivery;
  return {
    step: stepKey,
    state,
    attempts,
    errorClass: error?.class,
    errorCode: error?.code,
    lastAttemptAt,
    ackedAt,
    deliveredAt,
    readAt,
  };
}
