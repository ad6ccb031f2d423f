import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { RunResult } from './run-seed.ts';
import type { SeedAnswer } from './seed-thread.ts';

/** The simulation itself failed. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
  readonly code = 'seed_failed';
}

/** Runs `count` seeds from `first` on in `threads` threads; `onResult` is told of each in the order in which they end. */
export async function runSeeds({
  first,
  count,
  threads,
  onResult,
}: {
  first: number;
  count: number;
  threads: number;
  onResult: (result: RunResult) => void;
}): Promise<void> {
  let next = first;
  const takeSeed = () => {
    const seed = next;
    next += 1;
    return seed < first + count ? seed : undefined;
  };
  const many = Math.min(threads, count);
  await Promise.all(Array.from({ length: many }, () => runThread(takeSeed, onResult)));
}

async function runThread(
  takeSeed: () => number | undefined,
  onResult: (result: RunResult) => void,
): Promise<void> {
  const here = fileURLToPath(import.meta.url);
  const thread = new Worker(new URL(`./seed-thread${path.extname(here)}`, import.meta.url));
  try {
    await new Promise<void>((resolve, reject) => {
      const give = () => {
        const seed = takeSeed();
        if (seed === undefined) resolve();
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
        else thread.postMessage(seed);
      };
      thread.on('message', (answer: SeedAnswer) => {
        if (answer.kind === 'error') {
          reject(new SeedError(`seed ${answer.seed}: ${answer.message}`));
        } else {
          onResult(answer.result);
          give();
        }
      });
      thread.on('error', reject);
      give();
    });
  } finally {
    await thread.terminate();
  }
}
