import { setTimeout as sleep } from 'node:timers/promises';

export type Patience = Readonly<{
  /** ms */
  most: number;
  signal: AbortSignal;
  /** Between two looks, ms; 50 unless told. */
  every?: number;
}>;

/** Looks until `check` is true, at most `most` ms long. False when time was up. Throws when the signal aborts. */
export async function until(
  check: () => boolean | Promise<boolean>,
  { most, signal, every = 50 }: Patience,
): Promise<boolean> {
  const deadline = performance.now() + most;
  for (;;) {
    signal.throwIfAborted();
    if (await check()) return true;
    if (performance.now() > deadline) return false;
    await sleep(every, undefined, { signal });
  }
}

/** Resolves after `duration` ms. Throws when the signal aborts. */
export async function wait(duration: number, signal: AbortSignal): Promise<void> {
  await sleep(duration, undefined, { signal });
}
