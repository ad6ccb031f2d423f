import { parseDefinition, type SequenceDefinition, serializeDefinition } from '@dripfleet/domain';
import {
  type Database,
  findReusedSteps,
  findSequence,
  insertOperatorActions,
  insertSequence,
  insertSequenceVersion,
  lockSequence,
  type Queryable,
} from '@dripfleet/store';

export type AppliedSequence =
  | Readonly<{ kind: 'published'; version: number }>
  /** The current edition says exactly this. */
  | Readonly<{ kind: 'unchanged'; version: number }>
  /**
   * These step keys have another text in an earlier edition, and somebody was sent that text. The fix: give the changed
   * step a new key. A text that nobody was sent yet can be corrected under its key, and so can every delay.
   */
  | Readonly<{ kind: 'reused_keys'; keys: readonly string[] }>;

export type ApplyRequest = Readonly<{
  name: string;
  definition: SequenceDefinition;
  /** Who asks, for the audit. */
  actor: string;
}>;

/**
 * Publishes a definition as the next immutable edition of the sequence, making the sequence if there is none. Runs
 * keep the edition they began with; enrolments from now on get this one. Two who publish at once get two versions.
 * Throws `DatabaseError`.
 */
export async function applySequence(
  db: Database,
  { name, definition, actor }: ApplyRequest,
): Promise<AppliedSequence> {
  return await db.transaction(async (tx) => {
    await insertSequence(tx, name);
    const sequence = await lockSequence(tx, name);
    if (!sequence) throw new Error(`the sequence ${name} has vanished`);
    if (await isCurrent(tx, name, definition))
      return { kind: 'unchanged', version: sequence.version };
    const keys = await findReusedSteps(tx, sequence.sequenceId, definition.steps);
    if (keys.length > 0) return { kind: 'reused_keys', keys };
    const version = sequence.version + 1;
    await insertSequenceVersion(tx, { ...sequence, version }, definition);
    const action = { actor, action: 'sequence.apply', detail: { version } };
    await insertOperatorActions(tx, action, [`sequence:${name}`]);
    return { kind: 'published', version };
  });
}

async function isCurrent(
  tx: Queryable,
  name: string,
  definition: SequenceDefinition,
): Promise<boolean> {
  const current = await findSequence(tx, name);
  if (!current) return false;
  return (
    serializeDefinition(parseDefinition(current.definition)) === serializeDefinition(definition)
  );
}
