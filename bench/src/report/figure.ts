/** What was reached of a goal. */
export type Figure = Readonly<{
  value: number;
  unit: string;
  goal: string;
  met: boolean;
  /** The same without what makes the difference, measured in the same run. */
  baseline?: number;
  /** Baseline over value: how many times better. */
  ratio?: number;
}>;

/** A figure whose goal is to be small. */
export function atMost(
  limit: number,
  { value, unit, baseline }: { value: number; unit: string; baseline?: number | undefined },
): Figure {
  return {
    value: rounded(value),
    unit,
    goal: `≤ ${limit}`,
    met: value <= limit,
    ...(baseline !== undefined && {
      baseline: rounded(baseline),
      ratio: rounded(baseline / value),
    }),
  };
}

/** A figure whose goal is to be large. */
export function atLeast(limit: number, { value, unit }: { value: number; unit: string }): Figure {
  return { value: rounded(value), unit, goal: `≥ ${limit}`, met: value >= limit };
}

/** More digits than these no run repeats. */
const rounded = (value: number): number => Number(value.toPrecision(4));
