declare const brand: unique symbol;

/** Milliseconds since 1970-01-01T00:00Z. The only form of an instant that crosses a package boundary. */
export type EpochMs = number & { readonly [brand]: 'EpochMs' };

/** A length of time in milliseconds; never an instant. */
export type DurationMs = number & { readonly [brand]: 'DurationMs' };

export const epochMs = (value: number): EpochMs => value as EpochMs;
export const durationMs = (value: number): DurationMs => value as DurationMs;
export const addMs = (at: EpochMs, by: DurationMs): EpochMs => epochMs(at + by);

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const durationPattern = /^(\d{1,9})(ms|s|m|h|d)$/;

/** `30s`, `5m`, `250ms`, `1d` as milliseconds; undefined when it is not a whole number with its unit. */
export function parseDuration(text: string): DurationMs | undefined {
  const [, count, unit] = durationPattern.exec(text.trim()) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  return durationMs(Number(count) * unitMs[unit as keyof typeof unitMs]);
}

/** The shortest exact form that `parseDuration` reads back: 90000 is `90s`, 3600000 is `1h`. */
export function formatDuration(duration: DurationMs): string {
  const units = Object.entries(unitMs).toReversed();
  const [unit, size] = units.find(([, ms]) => duration >= ms && duration % ms === 0) ?? ['ms', 1];
  return `${duration / size}${unit}`;
}
