import type { Database } from '@dripfleet/store';
import type { World } from './world/world-facts.ts';

/** Every row, by table and in the order of its text: instants as epoch ms, bytea as hex. */
export type State = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** How long `hasty` waits for a lock, on the side's clock. */
export const lockTimeout = 2_000;

/** One of the two stores that are compared. */
export type Side = Readonly<{
  /** Forgets everything and begins anew, at `worldStart`. */
  load(world: World): Promise<void>;
  /** Each a pool of one connection; from the last `load` until the next. */
  connections(): Readonly<{ first: Database; second: Database; hasty: Database }>;
  /** What is committed. */
  dump(): Promise<State>;
  /** Moves the clock on; what waits for a lock in `hasty` gives up at `lockTimeout`. */
  advance(ms: number): Promise<void>;
  /** Resolves once it is certain whether a statement under way waits for a lock, or `ended` answers true. */
  isBlocked(ended: () => boolean): Promise<boolean>;
  close(): Promise<void>;
}>;
