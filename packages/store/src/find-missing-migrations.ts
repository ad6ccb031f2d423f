import { readdir } from 'node:fs/promises';
import type { Queryable } from './database.ts';
import { listMigrations } from './list-migrations.ts';

const folder = new URL('../../../migrations/', import.meta.url);

/** How the database and this build differ: migrations to apply, and those of a newer build than this one. */
export type MigrationGap = Readonly<{ missing: readonly string[]; unknown: readonly string[] }>;

/** Compares the files of `migrations/` with what was applied. */
export async function findMissingMigrations(db: Queryable): Promise<MigrationGap> {
  const files = (await readdir(folder))
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .toSorted();
  const applied = await listMigrations(db);
  return {
    missing: files.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !files.includes(name)),
  };
}
