import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves at `deadline` (of `performance.now()`), or as soon as the signal aborts. */
export async function closeTo(deadline: number, signal: AbortSignal): Promise<void> {
  const left = deadline - performance.now();
  if (left > 0) await pause(left, signal);
}

/** Resolves after `duration` ms, or as soon as the signal aborts. */
export async function pause(duration: number, signal: AbortSignal): Promise<void> {
  await sleep(duration, undefined, { signal }).catch(() => {});
}
