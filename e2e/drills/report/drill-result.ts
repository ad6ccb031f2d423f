import { type Figure, isReached, type LimitKind } from './figure.ts';

export type DrillResult = Readonly<{
  drill: string;
  title: string;
  /** How large it was, for people. */
  setting: string;
  /** Load of the machine over the last minute when it began, and when it ended. */
  load: Readonly<{ before: number; after: number }>;
  figures: readonly Figure[];
  /** What went wrong that no fault explains. */
  problems: readonly string[];
}>;

export function missed(result: DrillResult, kinds: readonly LimitKind[]): readonly Figure[] {
  return result.figures.filter(
    (figure) => figure.limit && kinds.includes(figure.limit.kind) && !isReached(figure),
  );
}

/** 0, or 1: a guarantee was broken, or the drill was not what it claims to be; or, unless `timesAreReported` only, a time was missed. */
export function exitCodeOf(results: readonly DrillResult[], timesAreReported: boolean): 0 | 1 {
  const kinds: readonly LimitKind[] = timesAreReported
    ? ['guarantee', 'setup']
    : ['guarantee', 'setup', 'time'];
  const isBad = results.some(
    (result) => result.problems.length > 0 || missed(result, kinds).length > 0,
  );
  return isBad ? 1 : 0;
}
