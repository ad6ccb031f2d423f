import { strikesSends } from './fault-kinds.ts';
import type { Faults } from './faults.ts';

/**
 * How long after a fault a frame decided before it may still arrive, ms: 20 s that a decision may wait for its write
 * (SEND_BUDGET, its largest value), and 5 s on the wire.
 */
const AFTER_A_FAULT_MS = 25_000;

/**
 * The last instant at which the network may count a frame that was decided before `from`.
 *
 * Without a fault that is `graceMs` later. A fault of the device about that time may have held the frame back: a stopped
 * process goes on where it was, and a silent line hands over what it kept.
 */
export function latestArrival(
  faults: Faults,
  { device, from, graceMs }: { device: string; from: number; graceMs: number },
): number {
  const span = { from, until: from + graceMs, graceMs };
  const struck = faults.striking(device, span, strikesSends);
  return Math.max(from + graceMs, ...struck.map(({ until }) => until + AFTER_A_FAULT_MS));
}
