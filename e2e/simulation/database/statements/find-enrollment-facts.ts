// Mirrors packages/store/sql/find-enrollment-facts.sql.
import { hexesOf } from '../contact-values.ts';
import { parameters } from '../parameters.ts';
import type { SequenceContactRow } from '../rows.ts';
import type { Statement, StatementContext } from '../statement-context.ts';

export const findEnrollmentFacts: Statement = (tx, values) => {
  const $ = parameters(values);
  const [hashes, importKeys] = [hexesOf(values[2]), $.textsOrNull(4)];
  return $.texts(2).map((phone, index) => {
    const [c] = tx.where('contacts', 'phone', phone);
    const runs = c ? tx.where('sequence_contacts', 'contact_id', c.id) : [];
    const run = runs
      .filter((s) => s.sequence_id === $.number(1))
      .reduce<SequenceContactRow | null>((a, b) => (a && a.run_no > b.run_no ? a : b), null);
    const heard = runs.reduce<SequenceContactRow | null>(
      (a, b) => (a && a.enrolled_at > b.enrolled_at ? a : b),
      null,
    );
    return {
      contact_id: c?.id ?? null,
      suppressed:
        (c !== undefined && c.suppressed_at !== null) ||
        tx.get('suppressions', hashes[index] ?? '') !== undefined,
      repeated: isRepeated(tx, { sequence: $.number(1), importKey: importKeys[index] ?? null }),
      status: run?.status ?? null,
      finished_at_ms: run?.finished_at ?? null,
      run_no: run?.run_no ?? null,
      device_id: heard?.device_id ?? null,
      now_ms: tx.now,
    };
  });
};

function isRepeated(
  tx: StatementContext,
  { sequence, importKey }: { sequence: number; importKey: string | null },
): boolean {
  if (importKey === null) return false;
  return tx
    .all('sequence_contacts')
    .some((k) => k.sequence_id === sequence && k.import_key === importKey);
}
