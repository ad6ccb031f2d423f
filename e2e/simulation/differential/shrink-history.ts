import type { Difference } from './difference.ts';
import type { Move } from './moves.ts';

/** Leaves out moves, and takes two operations apart, as long as a difference remains. */
export async function shrinkHistory(
  history: readonly Move[],
  replay: (moves: readonly Move[]) => Promise<Difference | undefined>,
): Promise<readonly Move[]> {
  let shortest = history;
  for (let index = history.length - 1; index >= 0; index -= 1) {
    for (const instead of simplerThan(shortest[index])) {
      const shorter = [...shortest.slice(0, index), ...instead, ...shortest.slice(index + 1)];
      if (await replay(shorter)) {
        shortest = shorter;
        break;
      }
    }
  }
  return shortest;
}

function simplerThan(move: Move | undefined): readonly (readonly Move[])[] {
  if (move?.kind !== 'together') return [[]];
  const first: Move = { kind: 'alone', operation: move.first };
  const second: Move = { kind: 'alone', operation: move.second };
  return [[], [first], [second], [first, second]];
}
