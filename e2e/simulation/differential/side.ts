import type { Database } from '@dripfleet/store';
import type { World } from './world/world-facts.ts';

/** Every row, by table and in the order of its text: instants as epoch ms, bytea as hex. */
export type State = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/**
 * How long `hasty` waits for a lock, on the side's clock, ms: as often as an operation starts again, it is over before
 * the server would end a transaction that is held.
 */
export const lockTimeout = 500;

/** One of the two stores that are compared. */
export type Side = Readonly<{
  /** Forgets everything and begins anew, at `worldStart`. */
  load(world: World): Promise<void>;
  /** Each a pool of one connection; from the last `load` until the next. */
  connections(): Readonly<{ first: Database; second: Database; hasty: Database }>;
  /** What is committed. */
  dump(): Promise<State>;
  /** Moves the clock on. */
  advance(ms: number): Promise<void>;
  /** Lets what waits in `hasty` give up, however often it starts again, until `ended` answers true. */
  giveUp(ended: () => boolean): Promise<void>;
  /** Resolves once it is certain whether a statement under way waits for a lock, or `ended` answers true. */
  isBlocked(ended: () => boolean): Promise<boolean>;
  close(): Promise<void>;
}>;
