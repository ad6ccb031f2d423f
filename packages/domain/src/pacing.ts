import { hashFraction } from './jitter.ts';
import { durationMs, type DurationMs } from './time.ts';

/** At most `max` transmissions in every window of this length, wherever it starts. */
export type Cap = Readonly<{ max: number; window: DurationMs }>;

export type PacingPolicy = Readonly<{
  caps: readonly Cap[];
  /** The human pause between two messages, drawn anew for each. */
  gap: Readonly<{ min: DurationMs; max: DurationMs }>;
}>;

/**
 * One time a message left, or may have left, for WhatsApp, in ms on a clock that never goes back: a clock that is set
 * would open the window early.
 *
 * `until` is the latest instant at which the network can have counted it: the ack's time when there was one,
 * else `at` + `transmissionGuard`. Only `until` is safe to measure a window from.
 */
export type Transmission = Readonly<{ at: number; until: number }>;

/**
 * How long after a decision its frame can still reach WhatsApp: the send budget (20 s, then the gate closes)
 * and 5 s on the wire.
 */
export const transmissionGuard = durationMs(25_000);

/**
 * The earliest instant at which one more message may be decided, without passing a cap in any sliding window.
 *
 * `history` is in order of `until`, oldest first; it must reach back over the longest window, or to `max`
 * entries. Every transmission counts, a re-send too. `drawKey` names the message to come: the same key draws the
 * same gap, so asking again does not move the answer. Never earlier for a longer history; -Infinity for an
 * empty one.
 */
export function earliestSend(
  history: readonly Transmission[],
  policy: PacingPolicy,
  drawKey: string,
): number {
  let earliest = Number.NEGATIVE_INFINITY;
  for (const { max, window } of policy.caps) {
    // The one that must have left the window, so that with the new message there are `max` in it.
    const oldestCounted = history[history.length - max];
    // A window is closed on both ends: equal instants count together.
    if (oldestCounted) earliest = Math.max(earliest, oldestCounted.until + window + 1);
  }
  // Not the last of the history: one without an answer stays there while later ones are answered.
  let latest = Number.NEGATIVE_INFINITY;
  for (const { at } of history) latest = Math.max(latest, at);
  return Math.max(earliest, latest + drawGap(policy, drawKey));
}

function drawGap({ gap }: PacingPolicy, drawKey: string): DurationMs {
  return durationMs(gap.min + Math.floor(hashFraction(drawKey) * (gap.max - gap.min + 1)));
}

/** How far back a history must reach to decide under this policy. */
export function longestWindow(policy: PacingPolicy): DurationMs {
  return durationMs(Math.max(policy.gap.max, ...policy.caps.map(({ window }) => window)));
}
