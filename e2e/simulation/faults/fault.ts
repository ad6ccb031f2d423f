import type { World } from '../processes/world.ts';
import type { Fleet } from '../run/fleet.ts';
import type { Operator } from '../run/operator.ts';
import type { Plan } from '../run/plan.ts';
import type { Random } from '../time/random.ts';
import type { Storm } from './storm.ts';

/** What a fault may strike. */
export type Lab = Readonly<{
  world: World;
  storm: Storm;
  fleet: Fleet;
  operator: Operator;
  plan: Plan;
  random: Random;
  /** Told of each fault, a line each. */
  tell: ((line: string) => void) | undefined;
}>;

export type Fault = Readonly<{
  kind: string;
  /** How often it is drawn, compared with the others. */
  weight: number;
  /** Does its harm and undoes it later; returns how long it lasts, ms, or undefined when there was nothing to strike. */
  strike(lab: Lab): number | undefined;
}>;

/** Shorter ones more often. */
export function drawDuration(random: Random, longest: number): number {
  return random.next() * random.next() * longest;
}
