// Mirrors packages/store/sql/exit-replied-runs.sql.
import { exited, goesOn } from '../exiting.ts';
import { locked } from '../locking.ts';
import { parameters } from '../parameters.ts';
import type { SequenceContactRow } from '../rows.ts';
import type { Statement, StatementContext } from '../statement-context.ts';

/** How far the network's clock may be behind. */
const clockSkew = 60_000;

export const exitRepliedRuns: Statement = (tx, values) => {
  const $ = parameters(values);
  const [contact, device, at] = [$.number(1), $.number(2), $.number(3)];
  const rows = tx
    .where('sequence_contacts', 'contact_id', contact)
    .filter((run) => run.device_id === device && goesOn(run))
    .filter((run) => endsOnReply(tx, run) && run.enrolled_at <= at + clockSkew);
  const runs = locked(tx, { table: 'sequence_contacts', mode: 'no key update', rows });
  return runs.map((run) => {
    tx.update('sequence_contacts', run, exited(run, { reason: 'replied', now: tx.now }));
    return { id: run.id };
  });
};

function endsOnReply(tx: StatementContext, run: SequenceContactRow): boolean {
  const edition = tx.get('sequence_versions', run.sequence_id, run.version);
  return edition?.definition['onReply'] === 'exit';
}
