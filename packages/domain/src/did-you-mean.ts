/** The candidate that `word` is most likely a slip of, or undefined when none is near: at most a third differs. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  // Longer than any of our words; the cost grows with the square of the length.
  if (word.length > 64) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3));
  for (const candidate of candidates) {
    const edits = editDistance(word.toLowerCase(), candidate);
    if (edits <= least && (best === undefined || edits < least)) {
      best = candidate;
      least = edits;
    }
  }
  return best;
}

/** Levenshtein: insertions, deletions and replacements. */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [row, character] of Array.from(left).entries()) {
    const current = [row + 1];
    for (let column = 1; column <= right.length; column += 1) {
      const replaced = at(previous, column - 1) + (right[column - 1] === character ? 0 : 1);
      current.push(Math.min(replaced, at(previous, column) + 1, at(current, column - 1) + 1));
    }
    previous = current;
  }
  return at(previous, right.length);
}

const at = (distances: readonly number[], index: number) => distances[index] ?? Infinity;
