import type { Evidence } from '../oracle/evidence.ts';
import { findRepeats } from '../oracle/rules/repeats-rule.ts';
import { acceptedMessages, type RunRecord } from '../oracle/run-record.ts';

/** What happened in a run, counted. */
export type Figures = Evidence['counts'] &
  Readonly<{
    /** Messages that the network took. */
    frames: number;
    repeats: number;
    optOuts: number;
    /** Runs that are left for an operator to decide. */
    held: number;
    /** Processes that died or ended. */
    deaths: number;
    /** Instants at which something happened. */
    events: number;
    virtualMs: number;
  }>;

export function figuresOf(record: RunRecord, events: number): Figures {
  const { log, evidence, dump, deaths, endedAt } = record;
  return {
    ...evidence.counts,
    frames: acceptedMessages(log).length,
    repeats: findRepeats(record).length,
    optOuts: evidence.optOuts.size,
    held: dump.sequence_contacts.filter((row) => row.dispatch_state === 'held').length,
    deaths: deaths.size,
    events,
    virtualMs: endedAt,
  };
}
