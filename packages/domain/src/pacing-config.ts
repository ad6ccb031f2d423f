import { z } from 'zod';
import type { Cap, PacingPolicy } from './pacing.ts';
import { durationMs, formatDuration, parseDuration } from './time.ts';

/** What a device sets for itself; a part that is missing comes from the environment. */
export type PacingOverride = Readonly<{
  caps?: readonly Cap[];
  gap?: PacingPolicy['gap'];
}>;

/** A pacing that can't be used; the message names the part, what is wrong and how to write it. */
export class PacingError extends Error {
  override readonly name = 'PacingError';
  readonly code = 'pacing_invalid';
}

/** No window that memory can't hold, no pause that looks like an outage. */
const capsMax = 10;
const countMax = 1_000_000_000;
const windowMin = 1_000;
const windowMax = 30 * 86_400_000;
const gapMax = 86_400_000;

const capSchema = z
  .strictObject({
    max: z.int().min(1).max(countMax),
    window_ms: z.int().min(windowMin).max(windowMax),
  })
  .transform(({ max, window_ms: window }): Cap => ({ max, window: durationMs(window) }));

const gapSchema = z
  .strictObject({
    min_ms: z.int().min(0).max(gapMax),
    max_ms: z.int().min(0).max(gapMax),
  })
  .refine(({ min_ms: min, max_ms: max }) => min <= max, 'min_ms must not be more than max_ms')
  .transform(({ min_ms: min, max_ms: max }) => ({ min: durationMs(min), max: durationMs(max) }));

const pacingSchema = z
  .strictObject({
    caps: z.array(capSchema).min(1).max(capsMax).optional(),
    gap: gapSchema.optional(),
  })
  .transform(({ caps, gap }): PacingOverride => ({ ...(caps && { caps }), ...(gap && { gap }) }));

/** The stored form: `devices.pacing`. */
export type StoredPacing = {
  caps?: { max: number; window_ms: number }[];
  gap?: { min_ms: number; max_ms: number };
};

/**
 * Reads `devices.pacing`; null and undefined are an empty override. Throws `PacingError` for anything else that is not
 * of the stored form: a device whose caps can't be read must not send by the defaults.
 */
export function parsePacing(stored: unknown): PacingOverride {
  if (stored === null || stored === undefined) return {};
  const result = pacingSchema.safeParse(stored);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'pacing'}: ${message}`,
  );
  throw new PacingError(`the pacing can't be used: ${problems.join('; ')}`);
}

/** The form that `parsePacing` reads back. Throws `PacingError` when the override passes a limit. */
export function storePacing({ caps, gap }: PacingOverride): StoredPacing {
  const stored: StoredPacing = {
    ...(caps && { caps: caps.map(({ max, window }) => ({ max, window_ms: window })) }),
    ...(gap && { gap: { min_ms: gap.min, max_ms: gap.max } }),
  };
  parsePacing(stored);
  return stored;
}

/** The pacing in force: each part the device's own, else the default. */
export function effectivePacing(defaults: PacingPolicy, override: PacingOverride): PacingPolicy {
  return { caps: override.caps ?? defaults.caps, gap: override.gap ?? defaults.gap };
}

/** `80/1h`: 80 messages in any hour. Throws `PacingError`. */
export function parseCap(text: string): Cap {
  const [, count, windowText] = /^(\d{1,10})\/(\S+)$/.exec(text.trim()) ?? [];
  const window = windowText === undefined ? undefined : parseDuration(windowText);
  if (count === undefined || window === undefined)
    throw new PacingError(`"${text}" is no cap; write messages per time, such as 80/1h`);
  const max = Number(count);
  if (max < 1 || max > countMax)
    throw new PacingError(`"${text}": a cap allows 1 to ${countMax} messages`);
  if (window < windowMin || window > windowMax)
    throw new PacingError(`"${text}": a cap's window is between 1s and 30d`);
  return { max, window };
}

/** `5s-15s`: a pause drawn between the two; `5s` alone is a fixed one. Throws `PacingError`. */
export function parseGap(text: string): PacingPolicy['gap'] {
  const [minText = '', maxText = minText, ...rest] = text.trim().split('-');
  const min = parseDuration(minText);
  const max = parseDuration(maxText);
  if (min === undefined || max === undefined || rest.length > 0)
    throw new PacingError(`"${text}" is no gap; write two times, such as 5s-15s`);
  if (min > max) throw new PacingError(`"${text}": the first time must not be the longer one`);
  if (max > gapMax) throw new PacingError(`"${text}": a gap is at most 1d`);
  return { min, max };
}

export const formatCap = ({ max, window }: Cap): string => `${max}/${formatDuration(window)}`;

export const formatGap = ({ min, max }: PacingPolicy['gap']): string =>
  `${formatDuration(min)}-${formatDuration(max)}`;
