import type { RunFacts } from '@dripfleet/domain';
import type { ExplainedRun } from '@dripfleet/store';

/** A rule that said no, in words. */
export type ReasonText = Readonly<{
  detail: string;
  /** What an operator can do about it; undefined: nothing, or nothing is needed. */
  toDo: string | undefined;
}>;

export type ReasonContext = Readonly<{
  facts: RunFacts;
  run: ExplainedRun;
  sequence: Readonly<{ name: string }>;
}>;
