/** Several measurements of the same thing. */
export type Spread = Readonly<{ median: number; min: number; max: number; count: number }>;

/** Throws `RangeError` for none. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) throw new RangeError('nothing was measured');
  return { median: medianOf(sorted), min, max, count: sorted.length };
}

/** How much y grows for one more x: the line of the least squares. Throws `RangeError` when all x are the same. */
export function slopeOf(points: readonly Readonly<{ x: number; y: number }>[]): number {
  const meanX = meanOf(points.map(({ x }) => x));
  const meanY = meanOf(points.map(({ y }) => y));
  let together = 0;
  let alone = 0;
  for (const { x, y } of points) {
    together += (x - meanX) * (y - meanY);
    alone += (x - meanX) ** 2;
  }
  if (!(alone > 0)) throw new RangeError('a slope needs two different x');
  return together / alone;
}

function medianOf(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : meanOf(sorted.slice(middle - 1, middle + 1));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
