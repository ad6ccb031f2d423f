import type { Dump } from '../database/dump.ts';
import { describeDifference, type Difference } from './difference.ts';
import { drawMove, type Move } from './moves.ts';
import { playMove } from './play-move.ts';
import { seededRandom } from './random.ts';
import { shrinkHistory } from './shrink-history.ts';
import type { Side } from './side.ts';
import { stableText } from './sort-rows.ts';
import { makeWorld } from './world/make-world.ts';
import { type World, worldStart } from './world/world-facts.ts';

export type DifferentialOptions = Readonly<{
  postgres: Side;
  simulated: Side;
  /** Of one history. */
  moves?: number;
}>;

export type FoundDifference = Readonly<{
  /** As few moves as still show it. */
  history: readonly Move[];
  /** The seed, the history and what differed, to read. */
  text: string;
}>;

/** So often the whole states are compared; the outcomes always are. */
const compareEvery = 4;

/**
 * Plays the history of one seed, over one or two connections, on both stores; the first difference between outcomes or
 * between the committed rows, or undefined. The same seed does the same again.
 */
export async function runDifferential(
  seed: number,
  { postgres, simulated, moves = 16 }: DifferentialOptions,
): Promise<FoundDifference | undefined> {
  const random = seededRandom(seed);
  const world = makeWorld(random);
  const sides = { postgres, simulated };
  await Promise.all([postgres.load(world), simulated.load(world)]);
  const history: Move[] = [];
  let now = worldStart;
  let numbers = 0;
  const unique = () => (numbers += 1);
  for (let count = 0; count < moves; count += 1) {
    const state = (await simulated.dump()) as unknown as Dump;
    const move = drawMove({ random, state, now, unique });
    history.push(move);
    now += move.kind === 'time' ? move.ms : move.kind === 'together' ? move.passes : 0;
    const isCompared = count % compareEvery === compareEvery - 1 || count === moves - 1;
    const found = await playOnBoth(sides, move, isCompared);
    if (found) return await explain(seed, { sides, world, history, found });
  }
  return undefined;
}

type Sides = Readonly<{ postgres: Side; simulated: Side }>;

async function playOnBoth(
  { postgres, simulated }: Sides,
  move: Move,
  isCompared: boolean,
): Promise<Difference | undefined> {
  const [real, ours] = await Promise.all([playMove(postgres, move), playMove(simulated, move)]);
  if (stableText(real) !== stableText(ours)) {
    return { what: 'outcome', postgres: real, simulated: ours };
  }
  if (!isCompared) return undefined;
  const [realState, ourState] = await Promise.all([postgres.dump(), simulated.dump()]);
  if (stableText(realState) === stableText(ourState)) return undefined;
  return { what: 'state', postgres: realState, simulated: ourState };
}

type Found = Readonly<{
  sides: Sides;
  world: World;
  history: readonly Move[];
  found: Difference;
}>;

async function explain(
  seed: number,
  { sides, world, history, found }: Found,
): Promise<FoundDifference> {
  const replay = async (moves: readonly Move[]): Promise<Difference | undefined> => {
    await Promise.all([sides.postgres.load(world), sides.simulated.load(world)]);
    for (const move of moves) {
      const difference = await playOnBoth(sides, move, true);
      if (difference) return difference;
    }
    return undefined;
  };
  const shortest = await shrinkHistory(history, replay);
  const difference = (await replay(shortest)) ?? { ...found, isFleeting: true };
  return {
    history: shortest,
    text: describeDifference(seed, { world, history: shortest, difference }),
  };
}
