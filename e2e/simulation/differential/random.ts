/** A stream of choices that one seed decides. */
export type Random = Readonly<{
  /** A whole number from 0 to `below` - 1. */
  int(below: number): number;
  /** True in `percent` of all cases. */
  chance(percent: number): boolean;
  pick<Value>(values: readonly Value[]): Value;
  /** By weight; a weight of 0 is never taken. */
  weighted<Value>(choices: readonly (readonly [weight: number, value: Value])[]): Value;
}>;

/** Mulberry32: 32 bits of state are plenty for some thousand choices. */
export function seededRandom(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below: number): number => Math.floor(fraction() * below);
  return {
    int,
    chance: (percent) => fraction() * 100 < percent,
    pick: (values) => choose(values, int(values.length)),
    weighted: (choices) => {
      let left = fraction() * choices.reduce((sum, [weight]) => sum + weight, 0);
      const found = choices.find(([weight]) => (left -= weight) < 0);
      return choose(found ? [found[1]] : choices.map(([, value]) => value).slice(-1), 0);
    },
  };
}

function choose<Value>(values: readonly Value[], index: number): Value {
  if (index >= values.length) throw new RangeError('a choice from nothing');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the index is within the values
  return values[index] as Value;
}
