import { type Clock, type DeviceId, durationMs } from '@dripfleet/domain';
import type { DeviceWorker } from './device-worker.ts';

export type WakeSweepDeps = Readonly<{
  clock: Clock;
  workers(): ReadonlyMap<DeviceId, DeviceWorker>;
  /** Those of the devices whose queue has a job to fetch. */
  findWaiting(devices: readonly DeviceId[]): Promise<readonly DeviceId[]>;
}>;

const interval = durationMs(5_000);

/**
 * Wakes idle device workers whose queue is not empty, every 5 s in one call: for publications that were lost, and jobs
 * that another program put there.
 */
export async function sweepWakes(deps: WakeSweepDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await deps.clock.sleep(interval, signal).catch(() => {});
    if (signal.aborted) return;
    const idle = [...deps.workers()].filter(([, { activity }]) => activity.kind === 'idle');
    // While Redis is away there is nothing to fetch either.
    const waiting = await deps.findWaiting(idle.map(([device]) => device)).catch(() => []);
    for (const device of waiting) deps.workers().get(device)?.wake();
  }
}
