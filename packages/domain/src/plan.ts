import type { StepKey } from './ids.ts';
import type { SequenceDefinition, Step } from './sequence-definition.ts';
import { addMs, type EpochMs } from './time.ts';

/** The one step that a sequence contact is scheduled for, or that it has none left. */
export type Plan =
  | Readonly<{ kind: 'step'; stepKey: StepKey; dueAt: EpochMs }>
  | Readonly<{ kind: 'completed' }>;

/** The first step of a contact enrolled at `enrolledAt`. */
export function planFirst(definition: SequenceDefinition, enrolledAt: EpochMs): Plan {
  return planStep(definition.steps[0], enrolledAt);
}

/**
 * What follows `stepKey`, which was concluded (sent or skipped) at `concludedAt`. A key that this version does not
 * have ends the run: it can only come from damaged data, and to guess would send something out of order.
 */
export function planNext(
  definition: SequenceDefinition,
  stepKey: StepKey,
  concludedAt: EpochMs,
): Plan {
  const index = definition.steps.findIndex(({ key }) => key === stepKey);
  return index < 0 ? { kind: 'completed' } : planStep(definition.steps[index + 1], concludedAt);
}

function planStep(step: Step | undefined, base: EpochMs): Plan {
  return step
    ? { kind: 'step', stepKey: step.key, dueAt: dueTime(step, base) }
    : { kind: 'completed' };
}

/** When a step is due, counted from its base. Elapsed time only: a clock change in the contact's zone moves nothing. */
function dueTime({ delay }: Step, base: EpochMs): EpochMs {
  return addMs(base, delay);
}
