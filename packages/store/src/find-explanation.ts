import {
  type ContactId,
  contactId,
  type DurationMs,
  type PhoneNumber,
  sequenceContactId,
  type SequenceId,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import { type ExplainedRun, explainedRun, type ExplanationRow } from './explanation-row.ts';

/** What Postgres knows of the next message of one contact's run, at one moment. */
export type ExplanationFacts = Readonly<{
  contactId: ContactId | undefined;
  suppressed: boolean;
  /** The run that goes on, else the latest; undefined: never enrolled. */
  found: ExplainedRun | undefined;
}>;

/** Undefined: there is no such sequence. A heartbeat older than `steal` is that of a dead worker. */
export async function findExplanation(
  db: Queryable,
  {
    sequenceId,
    phone,
    phoneHash,
  }: Readonly<{ sequenceId: SequenceId; phone: PhoneNumber; phoneHash: Uint8Array }>,
  steal: DurationMs,
): Promise<ExplanationFacts | undefined> {
  const [row] = await db.run<ExplanationRow>('find-explanation', [
    sequenceId,
    phone,
    phoneHash,
    steal,
  ]);
  if (!row) return undefined;
  return {
    contactId: row.contact_id === null ? undefined : contactId(row.contact_id),
    suppressed: row.suppressed,
    found: row.id === null ? undefined : explainedRun(row, sequenceContactId(row.id)),
  };
}
