/** The value that `share` of them do not pass: the nearest rank, so one that was measured. Infinity of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Infinity;
}

/** The longest of `times` when there are `count` of them; Infinity when some are missing: those never came. */
export function lastOf(times: readonly number[], count: number): number {
  return times.length < count || count === 0 ? Infinity : Math.max(...times);
}
