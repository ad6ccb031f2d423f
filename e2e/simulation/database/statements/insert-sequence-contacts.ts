// Mirrors packages/store/sql/insert-sequence-contacts.sql.
import { parameters } from '../parameters.ts';
import { foreignKeyViolation } from '../refusals.ts';
import type { Statement } from '../statement-context.ts';

export const insertSequenceContacts: Statement = (tx, values) => {
  const $ = parameters(values);
  const [runNumbers, devices] = [$.numbers(5), $.numbers(6)];
  const [dueAt, importKeys] = [$.numbers(7), $.textsOrNull(8)];
  const edition = { sequence_id: $.number(1), version: $.number(2), next_step_key: $.text(3) };
  const given = $.numbers(4)
    .map((contact, index) => ({
      ...edition,
      contact_id: contact,
      run_no: runNumbers[index] ?? 1,
      device_id: devices[index] ?? 0,
      next_trigger_time: dueAt[index] ?? 0,
      import_key: importKeys[index] ?? null,
    }))
    .toSorted((a, b) => a.contact_id - b.contact_id);
  const enrolled = given.flatMap((row) => {
    const outcome = tx.insertUnless('sequence_contacts', row);
    return outcome.kind === 'inserted' ? [{ id: outcome.row.id, contact_id: row.contact_id }] : [];
  });
  if (enrolled.length > 0) {
    mustExist(tx.get('sequence_versions', edition.sequence_id, edition.version));
    for (const { device_id: device } of given) mustExist(tx.get('devices', device));
  }
  return enrolled;
};

/** The foreign keys, which Postgres looks at when all rows are inserted. */
function mustExist(row: unknown): void {
  if (row === undefined) throw foreignKeyViolation('sequence_contacts');
}
