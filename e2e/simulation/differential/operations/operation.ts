import type { Database } from '@dripfleet/store';
import type { Dump } from '../../database/dump.ts';
import type { Random } from '../random.ts';

/** One call of a production function, with its parameters: the same for both sides, and for every repetition. */
export type Operation = Readonly<{
  name: string;
  input: unknown;
  run(db: Database): Promise<unknown>;
}>;

/** What a generator of operations knows. */
export type View = Readonly<{
  random: Random;
  /** What is committed, so that most parameters can be right. */
  state: Dump;
  /** Epoch ms. */
  now: number;
  /** Different at each call. */
  unique(): number;
}>;

/** Makes an operation that means something in this state; undefined when there is none. */
export type Draw = (view: View) => Operation | undefined;

/** With how often each is drawn beside the others. */
export type Drawings = readonly (readonly [weight: number, draw: Draw])[];

/** Names the call and keeps its parameters, so that a history can be read. */
export function operation<Input>(
  name: string,
  input: Input,
  run: (db: Database, input: Input) => Promise<unknown>,
): Operation {
  return { name, input, run: async (db) => await run(db, input) };
}
