import {
  type DurationMs,
  durationMs,
  effectivePacing,
  formatDuration,
  PacingError,
  type PacingPolicy,
  parsePacing,
} from '@dripfleet/domain';
import {
  countEngines,
  type EngineCounts,
  findStuckDevices,
  listWorkers,
  type Queryable,
  type StuckDevice,
  type WorkerLine,
} from '@dripfleet/store';
import { pacingWait } from './pacing-wait.ts';
import type { Check } from './doctor-check.ts';

const stuckAfter = durationMs(5 * 60_000);
/** Each costs a look into its history. */
const stuckMax = 100;

/** Whether workers live, and whether something that should move does not. */
export async function checkFleet(
  db: Queryable,
  { steal, defaults }: { steal: DurationMs; defaults: PacingPolicy },
): Promise<readonly Check[]> {
  const workers = await listWorkers(db, steal);
  const candidates = await findStuckDevices(db, { steal, age: stuckAfter, limit: stuckMax });
  const stuck: StuckDevice[] = [];
  for (const device of candidates) if (await isStuck(db, device, defaults)) stuck.push(device);
  const unserved = checkEngines(await countEngines(db, steal));
  return [checkWorkers(workers), ...unserved, checkStuck(stuck)];
}

/** Nothing to say as long as every device has somebody who may serve it; that no worker lives at all is said already. */
function checkEngines(counts: readonly EngineCounts[]): readonly Check[] {
  if (counts.every(({ liveWorkers }) => liveWorkers === 0)) return [];
  return counts
    .filter(({ devices, liveWorkers }) => devices > 0 && liveWorkers === 0)
    .map(({ engine, devices }) => ({
      name: 'Rollout',
      status: 'warning',
      detail: `${devices} devices are for ENGINE=${engine}, and no worker of it is alive`,
      fix: `start a worker with ENGINE=${engine}, or change the share: dripfleet rollout set`,
    }));
}

function checkWorkers(workers: readonly WorkerLine[]): Check {
  const name = 'Workers';
  const live = workers.filter((worker) => worker.live);
  const orphaned = workers.filter((worker) => !worker.live && worker.devices > 0);
  const detail = `${live.length} alive, ${live.reduce((sum, { devices }) => sum + devices, 0)} devices`;
  if (live.length === 0)
    return { name, status: 'warning', detail: 'none is alive', fix: 'start a worker' };
  const cutOff = live.filter((worker) => !worker.redisOk);
  if (cutOff.length > 0)
    return {
      name,
      status: 'warning',
      detail: `${detail}; ${cutOff.length} can't reach Redis (${cutOff.map(({ host }) => host).join(', ')})`,
      fix: 'check the way from those hosts to Redis',
    };
  if (orphaned.length > 0)
    return {
      name,
      status: 'warning',
      detail: `${detail}; ${orphaned.length} stopped answering and still own devices`,
      fix: 'wait: the others take them over within half a minute',
    };
  return { name, status: 'ok', detail };
}

function checkStuck(stuck: readonly StuckDevice[]): Check {
  const name = 'Stuck devices';
  const [oldest] = stuck;
  if (!oldest) return { name, status: 'ok', detail: 'none' };
  const names = [...new Set(stuck.map((device) => device.name))];
  const shown = names.slice(0, 5).join(', ') + (names.length > 5 ? ', …' : '');
  const age = formatDuration(durationMs(Math.floor(oldest.age / 60_000) * 60_000));
  return {
    name,
    status: 'failed',
    detail: `${names.length} (${shown}); the longest has something ${oldest.kind} for ${age}`,
    fix: `dripfleet device show ${oldest.name}; restarting its worker is safe`,
  };
}

/** Something queued that only waits for the device's pace is not stuck. */
async function isStuck(
  db: Queryable,
  device: StuckDevice,
  defaults: PacingPolicy,
): Promise<boolean> {
  if (device.kind === 'sending') return true;
  try {
    const policy = effectivePacing(defaults, parsePacing(device.pacing));
    return (await pacingWait(db, device.deviceId, policy)) === 0;
  } catch (error) {
    if (error instanceof PacingError) return true;
    throw error;
  }
}
