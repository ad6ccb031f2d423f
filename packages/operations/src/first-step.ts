import { type EpochMs, planFirst, type StepKey } from '@dripfleet/domain';
import type { EnrollmentContext } from './enrollment-context.ts';

/** Where a run that begins at `now` (Postgres' clock) begins. */
export function firstStep(
  { definition, name }: EnrollmentContext['sequence'],
  now: EpochMs,
): Readonly<{ stepKey: StepKey; dueAt: EpochMs }> {
  const plan = planFirst(definition, now);
  if (plan.kind === 'completed') throw new Error(`the sequence ${name} has no step`);
  return plan;
}
