import type { DurationMs, EpochMs } from './time.ts';

/** The only way to time and waiting for everything that a simulation must be able to run. */
export type Clock = Readonly<{
  now(): EpochMs;
  /** Milliseconds from an arbitrary start, never going back: for deadlines and ages. */
  monotonic(): number;
  /** Resolves after `duration`, or rejects with the signal's reason as soon as it aborts. */
  sleep(duration: DurationMs, signal: AbortSignal): Promise<void>;
}>;
