import type { PartReport } from '../part.ts';
import type { Machine } from './machine.ts';

/** One run of one part: what was measured, where, when and of what. */
export type RunRecord = Readonly<{
  part: string;
  title: string;
  quick: boolean;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** seconds */
  took: number;
  machine: Machine;
  /** Load average of the minute before, and a warning when it was not quiet. */
  load: number;
  warning: string | undefined;
  commit: string | undefined;
  report: PartReport;
}>;
