import {
  durationMs,
  epochMs,
  parseDefinition,
  planNext,
  type SequenceDefinition,
} from '@dripfleet/domain';
import { type DeadLetter, getDefinitions, type Queryable, type Settlement } from '@dripfleet/store';

/** Where the runs of dead letters go when these are settled. Throws `DefinitionError` for an edition that can't be read. */
export async function planSettlements(
  db: Queryable,
  letters: readonly DeadLetter[],
): Promise<readonly Settlement[]> {
  const versions = new Map(letters.map((letter) => [keyOf(letter), letter]));
  const stored = await getDefinitions(db, [...versions.values()]);
  const definitions = new Map(stored.map((one) => [keyOf(one), parseDefinition(one.definition)]));
  return letters.map((letter) => {
    const definition = definitions.get(keyOf(letter));
    if (!definition) throw new Error('a run without its edition');
    return { ...letter, next: nextOf(definition, letter) };
  });
}

function nextOf(definition: SequenceDefinition, { stepKey }: DeadLetter): Settlement['next'] {
  // Counted from 0: Postgres has the clock that due times are made from.
  const plan = planNext(definition, stepKey, epochMs(0));
  return plan.kind === 'step'
    ? { stepKey: plan.stepKey, dueIn: durationMs(plan.dueAt) }
    : undefined;
}

const keyOf = ({ sequenceId, version }: Pick<DeadLetter, 'sequenceId' | 'version'>) =>
  `${sequenceId} ${version}`;
