import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';

const folder = fileURLToPath(new URL('../../../migrations', import.meta.url));

/**
 * Applies the migrations that are missing and returns their names, oldest first; empty when there were none.
 *
 * Safe from many processes at once: the others wait for the first one's advisory lock and then find nothing to do.
 * Throws what Postgres says when a migration fails; each is one transaction, so nothing is left half-applied.
 */
export async function migrate(databaseUrl: string): Promise<readonly string[]> {
  const applied = await runner({
    databaseUrl,
    dir: folder,
    direction: 'up',
    migrationsTable: 'migrations',
    advisoryLockMode: 'wait',
    checkOrder: true,
    log: () => {},
  });
  return applied.map(({ name }) => name);
}
