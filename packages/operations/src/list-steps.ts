import { parseDefinition, type SequenceId, type StepKey } from '@dripfleet/domain';
import {
  type ExplainedRun,
  getDefinitions,
  type PastDelivery,
  type Queryable,
  type RunHistory,
} from '@dripfleet/store';

/** A step of a run's edition; without a delivery it was not begun. */
export type ShownStep = Readonly<{
  stepKey: StepKey;
  isNext: boolean;
  delivery: PastDelivery | undefined;
}>;

/** The steps of a run's edition, in order, with what became of each. Throws `DefinitionError`. */
export async function listSteps(
  db: Queryable,
  {
    sequenceId,
    run,
    history,
  }: Readonly<{ sequenceId: SequenceId; run: ExplainedRun; history: readonly RunHistory[] }>,
): Promise<readonly ShownStep[]> {
  const [stored] = await getDefinitions(db, [{ sequenceId, version: run.version }]);
  if (!stored) throw new Error('a run without its edition');
  const past = history.find(({ runNo }) => runNo === run.runNo)?.deliveries ?? [];
  return parseDefinition(stored.definition).steps.map(({ key }) => ({
    stepKey: key,
    isNext: key === run.nextStepKey,
    delivery: past.find(({ stepKey }) => stepKey === key),
  }));
}
