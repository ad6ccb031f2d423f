/** How many rows one statement may lock (docs/ARCHITECTURE.md, lock order). */
export const chunkSize = 500;

/** The items in order, in pieces of at most `size`. */
export function* inChunks<Item>(items: readonly Item[], size = chunkSize): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
