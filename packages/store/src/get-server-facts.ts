import { type EpochMs, epochMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type ServerFacts = Readonly<{
  /** Such as `15.18 (Debian …)`. */
  version: string;
  /** Such as 150018. */
  versionNumber: number;
  /** Postgres' clock when it answered. */
  now: EpochMs;
  /** A standby: nothing can be written. */
  readOnly: boolean;
}>;

type Row = { version: string; version_number: number; now_ms: number; read_only: boolean };

/** Which Postgres answers, and its clock. Throws when there is none. */
export async function getServerFacts(db: Queryable): Promise<ServerFacts> {
  const [row] = await db.run<Row>('get-server-facts');
  if (!row) throw new Error('unreachable: the statement always has a row');
  return {
    version: row.version,
    versionNumber: row.version_number,
    now: epochMs(row.now_ms),
    readOnly: row.read_only,
  };
}
