import { parentPort } from 'node:worker_threads';
import { type RunResult, runSeed } from './run-seed.ts';

export type SeedAnswer =
  | Readonly<{ kind: 'result'; result: RunResult }>
  | Readonly<{ kind: 'error'; seed: number; message: string }>;

// A stack for each of the thousands of errors that faults make takes a tenth of the time, and nobody reads it.
Error.stackTraceLimit = 0;

/** Runs the seed that each message names, and answers with what came out. */
parentPort?.on('message', (seed: number) => {
  void runSeed(seed).then(
    (result) => answer({ kind: 'result', result }),
    (error: unknown) => answer({ kind: 'error', seed, message: String(error) }),
  );
});

function answer(given: SeedAnswer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of worker_threads, not a window
  parentPort?.postMessage(given);
}
