import { type ApiKeyLine, type Database, listApiKeys as findAll } from '@dripfleet/store';

/** Every key to the dashboard by name, those that have ended included. Throws `DatabaseError`. */
export async function listApiKeys(db: Database): Promise<readonly ApiKeyLine[]> {
  return await findAll(db);
}
