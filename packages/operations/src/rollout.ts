import { type DeviceId, type DurationMs, type Engine, engineOf, engines } from '@dripfleet/domain';
import {
  countEngines,
  type Database,
  type EngineCounts,
  insertOperatorActions,
  listDeviceEngines,
  type Queryable,
  setDeviceEngine,
  setRollout as writeRollout,
  shareRollout,
} from '@dripfleet/store';
import { inChunks } from './in-chunks.ts';

export type Rollout = Readonly<{
  /** Share of the devices that the workers serve; the direct processor serves the others. */
  percent: number;
  engines: readonly EngineCounts[];
}>;

/** `steal`: without a heartbeat for so long a worker is dead. */
export async function readRollout(db: Database, steal: DurationMs): Promise<Rollout> {
  const percent = await db.transaction(shareRollout);
  return { percent, engines: await countEngines(db, steal) };
}

export type RolloutChange = Readonly<{
  before: number;
  percent: number;
  /** Devices that another engine serves from now on: tell their workers, and nudge the schedulers. */
  moved: Readonly<Record<Engine, readonly DeviceId[]>>;
}>;

/**
 * Gives the workers `percent` of the devices, 0 to 100, and the direct processor the others. Which devices are meant follows
 * from their numbers alone, so a share that rises takes nobody back. An owner finishes what it has in hand and gives a
 * moved device up before anybody of the other engine can claim it. Repeating it changes nothing.
 */
export async function setRollout(
  db: Database,
  { percent, actor }: { percent: number; actor: string },
): Promise<RolloutChange> {
  return await db.transaction(async (tx) => {
    const before = await shareRollout(tx);
    await writeRollout(tx, percent);
    const devices = await listDeviceEngines(tx);
    const moved: Record<Engine, readonly DeviceId[]> = { workers: [], direct: [] };
    for (const engine of engines) {
      const ids = devices.map(({ deviceId }) => deviceId);
      const own = ids.filter((device) => engineOf(device, percent) === engine);
      moved[engine] = await giveTo(tx, own, engine);
    }
    const detail = { before, percent, workers: moved.workers.length, direct: moved.direct.length };
    await insertOperatorActions(tx, { actor, action: 'rollout.set', detail }, ['rollout']);
    return { before, percent, moved };
  });
}

/** Shares new devices out as the rollout stands. In the transaction that adds them. */
export async function shareOut(tx: Queryable, devices: readonly DeviceId[]): Promise<void> {
  const percent = await shareRollout(tx);
  const direct = devices.filter((device) => engineOf(device, percent) === 'direct');
  await giveTo(tx, direct, 'direct');
}

async function giveTo(
  tx: Queryable,
  devices: readonly DeviceId[],
  engine: Engine,
): Promise<readonly DeviceId[]> {
  const moved: DeviceId[] = [];
  for (const chunk of inChunks(devices)) moved.push(...(await setDeviceEngine(tx, chunk, engine)));
  return moved;
}
