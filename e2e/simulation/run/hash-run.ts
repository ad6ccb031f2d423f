import { createHash } from 'node:crypto';
import type { RunRecord } from '../oracle/run-record.ts';

/** The same for the same run, to the last microsecond and row. */
export function hashRun({ log, faults, dump, endedAt }: RunRecord): string {
  return createHash('sha256')
    .update(JSON.stringify([log, faults, dump, endedAt]))
    .digest('hex')
    .slice(0, 16);
}
