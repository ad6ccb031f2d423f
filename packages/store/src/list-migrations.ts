import type { Queryable } from './database.ts';
import { DatabaseError } from './database-error.ts';

const undefinedTable = '42P01';

/** The names of the migrations that were applied, oldest first; empty in a new database. */
export async function listMigrations(db: Queryable): Promise<readonly string[]> {
  try {
    const rows = await db.run<{ name: string }>('list-migrations');
    return rows.map((row) => row.name);
  } catch (error) {
    if (error instanceof DatabaseError && error.sqlState === undefinedTable) return [];
    throw error;
  }
}
