import { type Database, listSequences as findAll, type SequenceLine } from '@dripfleet/store';

/** All sequences by name, with the number of their runs by status: one scan of the runs. Throws `DatabaseError`. */
export async function listSequences(db: Database): Promise<readonly SequenceLine[]> {
  return await findAll(db);
}
