import { faultFamilies } from './faults/all-faults.ts';
import type { Fault } from './faults/fault.ts';
import { Random } from './random.ts';

export type PlannedFault = Readonly<{
  /** ms after the first moment of the run. */
  at: number;
  /** The first that can strike then does: what it needs may be struck already. */
  candidates: readonly Fault[];
  /** For this fault alone, so that how long others take moves nothing. */
  random: Random;
}>;

/** How many ways are drawn for one moment. */
const candidatesEach = 4;

/** Which faults come when, from the seed alone: the same seed gives the same plan on every machine. Times in ms. */
export function planFaults({
  seed,
  duration,
  every: [min, max],
}: FaultPlan): readonly PlannedFault[] {
  const random = new Random(seed);
  const draw = openDecks(random);
  const planned: PlannedFault[] = [];
  for (let at = random.between(min, max); at < duration; at += random.between(min, max)) {
    const candidates = Array.from({ length: candidatesEach }, () => draw());
    planned.push({ at, candidates, random: random.fork() });
  }
  return planned;
}

export type FaultPlan = Readonly<{
  seed: number;
  duration: number;
  every: readonly [number, number];
}>;

/** A shuffled deck for each family, dealt to its end before it is shuffled again. */
function openDecks(random: Random): () => Fault {
  const decks = faultFamilies.map(({ faults }) => ({ faults, left: [] as Fault[] }));
  return () => {
    let drawn = random.between(1, 100);
    const family = faultFamilies.findIndex(({ share }) => (drawn -= share) <= 0);
    const deck = decks[family];
    if (deck === undefined) throw new Error('the shares of the families do not add up to 100');
    if (deck.left.length === 0) deck.left = [...random.shuffled(deck.faults)];
    const fault = deck.left.pop();
    if (fault === undefined) throw new Error('a family without faults');
    return fault;
  };
}
