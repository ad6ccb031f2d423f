import type { FaultFigures } from './faults.ts';
import type { CapFigures } from './rules/cap-rule.ts';
import type { ConnectionFigures } from './rules/connections-rule.ts';
import type { OptOutFigures } from './rules/opt-outs.ts';
import type { PauseFigures } from './rules/pause-rule.ts';
import type { RepeatFigures } from './rules/repeats-rule.ts';
import type { ShutdownFigures } from './rules/shutdowns-rule.ts';
import type { TakeOverFigures } from './rules/take-overs-rule.ts';

/** What the run was. A device "at cap" had at least one window filled to the last. */
export interface Figures extends RepeatFigures, ConnectionFigures, OptOutFigures, PauseFigures {
  readonly contacts: number;
  readonly steps: number;
  readonly stepsSent: number;
  readonly accepted: number;
  readonly dropped: number;
  readonly nacked: number;
  readonly devices: number;
  /** At any cap; `caps` has each by itself. */
  readonly devicesAtCap: number;
  /** The most a device transmitted in a window of any cap. */
  readonly maxInWindow: number;
  readonly caps: readonly CapFigures[];
  /** Contacts who were sent a confirmation. */
  readonly confirmations: number;
  readonly faults: FaultFigures;
  readonly takeOvers: TakeOverFigures;
  readonly shutdowns: ShutdownFigures;
  readonly lines: number;
  /** From the first line to the last. */
  readonly duration_ms: number;
}
