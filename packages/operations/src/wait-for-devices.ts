import { type Clock, type DeviceId, type DurationMs, durationMs } from '@dripfleet/domain';
import { type Database, type DeviceProgress, findDeviceProgress } from '@dripfleet/store';
import { finishUnowned } from './finish-unowned.ts';
import { inChunks } from './in-chunks.ts';

export type WaitRequest = Readonly<{
  devices: readonly DeviceId[];
  /** `nothing_in_flight`: after a pause. `drained`: after a drain. */
  until: 'nothing_in_flight' | 'drained';
  timeout: DurationMs;
  steal: DurationMs;
  clock: Clock;
  /** Ends the wait; what was asked for goes on. */
  signal: AbortSignal;
  onProgress?(progress: WaitProgress): void;
}>;

export type WaitProgress = Readonly<{
  /** Devices that are not there yet. */
  remaining: readonly DeviceProgress[];
  inFlight: number;
}>;

export type WaitResult =
  | Readonly<{ kind: 'done' }>
  | Readonly<{ kind: 'timed_out'; remaining: readonly DeviceProgress[] }>
  | Readonly<{ kind: 'interrupted'; remaining: readonly DeviceProgress[] }>;

const pollInterval = durationMs(250);

/**
 * Waits until devices have come to rest, asking Postgres four times a second. A draining device whose worker dies
 * meanwhile is drained here.
 */
export async function waitForDevices(
  database: Database,
  request: WaitRequest,
): Promise<WaitResult> {
  const { clock, timeout, signal } = request;
  const deadline = clock.monotonic() + timeout;
  for (;;) {
    const remaining = await findRemaining(database, request);
    if (remaining.length === 0) return { kind: 'done' };
    request.onProgress?.({
      remaining,
      inFlight: remaining.reduce((sum, { sending }) => sum + sending, 0),
    });
    if (signal.aborted) return { kind: 'interrupted', remaining };
    if (clock.monotonic() >= deadline) return { kind: 'timed_out', remaining };
    await clock.sleep(pollInterval, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

async function findRemaining(
  database: Database,
  { devices, until, steal }: WaitRequest,
): Promise<readonly DeviceProgress[]> {
  const remaining: DeviceProgress[] = [];
  for (const chunk of inChunks(devices)) {
    const progress = await findDeviceProgress(database, chunk, steal);
    if (until === 'nothing_in_flight') {
      remaining.push(...progress.filter(({ sending }) => sending > 0));
      continue;
    }
    const finished = await finishUnowned(database, progress, steal);
    // A device that was resumed meanwhile drains no more: there is nothing left to wait for.
    remaining.push(
      ...progress.filter(
        (line) => line.desiredState === 'draining' && !finished.includes(line.deviceId),
      ),
    );
  }
  return remaining;
}
