import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Works on all, in their order, on `max` of them at a time; `pause` ms at least between two beginnings. Throws the first
 * failure, and begins nothing after it.
 */
export async function inParallel<From, To>(
  all: readonly From[],
  { max, pause = 0 }: Readonly<{ max: number; pause?: number }>,
  work: (each: From, index: number) => Promise<To>,
): Promise<readonly To[]> {
  const results: To[] = [];
  const entries = all.entries();
  let turn = Promise.resolve();
  let failed = false;
  const nextTurn = (): Promise<void> => {
    if (pause === 0) return turn;
    const mine = turn;
    turn = turn.then(async () => await sleep(pause));
    return mine;
  };
  const runner = async () => {
    for (const [index, each] of entries) {
      await nextTurn();
      if (failed) return;
      results[index] = await work(each, index);
    }
  };
  const stopping = async () => {
    try {
      await runner();
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: max }, stopping));
  return results;
}
