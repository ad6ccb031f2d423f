/**
 * Collects items and hands them on together, once in a frame of the screen: what is drawn more often is never seen. A
 * hidden page has no frames; the stream is closed then, so that few items wait.
 */
export function eachFrame<Item>(take: (items: readonly Item[]) => void): (item: Item) => void {
  let waiting: Item[] = [];
  return (item) => {
    waiting.push(item);
    if (waiting.length > 1) return;
    requestAnimationFrame(() => {
      const items = waiting;
      waiting = [];
      take(items);
    });
  };
}
