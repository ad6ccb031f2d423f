import type { Struck } from '../action-log.ts';
import type { Lab } from '../lab/lab.ts';
import type { Member } from '../lab/member.ts';
import type { Random } from '../random.ts';

/** One way of breaking things. */
export type Fault = Readonly<{
  /** For the judge, who reasons by it. */
  kind: string;
  /** What it needs for itself, such as `redis`: two faults do not strike the same thing at once. `worker`: any one. */
  takes: 'worker' | 'scheduler' | 'redis' | 'postgres' | 'network' | 'operator';
  /** Draws and looks up all that the strike needs. Undefined: it can't strike now. */
  prepare(lab: Lab, choice: Choice): Promise<Strike | undefined>;
}>;

export type Choice = Readonly<{
  random: Random;
  /** The place in the fleet that was taken for it; of faults that take no member: the first worker. */
  member: Member;
}>;

export type Strike = Readonly<{
  /** For people. */
  target: string;
  devices: Struck;
  /** How long it lasts, ms; 0: it is over at once. */
  lasts: number;
  strike(): Promise<void> | void;
  /** Heals what was struck, and what it left behind. Runs whatever happened. */
  undo(): Promise<void> | void;
}>;

/** For what heals by itself. */
export const nothing = (): void => {};
