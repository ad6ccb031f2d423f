import { type PacingOverride, storePacing } from '@dripfleet/domain';
import {
  type Database,
  DatabaseError,
  findTakenDevices,
  insertDevices,
  insertOperatorActions,
  type NamedDevice,
  type Queryable,
} from '@dripfleet/store';
import { DeviceError } from './device-error.ts';
import { inChunks } from './in-chunks.ts';
import type { NewDevice } from './plan-device-names.ts';
import { shareOut } from './rollout.ts';

export type AddDevicesRequest = Readonly<{
  devices: readonly NewDevice[];
  labels: Readonly<Record<string, string>>;
  /** What the devices set for themselves; empty: the environment's pacing. */
  pacing: PacingOverride;
  actor: string;
}>;

/**
 * Registers devices, all of them or none. Throws `DeviceError` `conflict` naming those that exist already,
 * `PacingError` for a pacing past its limits.
 */
export async function addDevices(
  database: Database,
  request: AddDevicesRequest,
): Promise<readonly NamedDevice[]> {
  const stored = storePacing(request.pacing);
  const shared = {
    labels: request.labels,
    pacing: Object.keys(stored).length > 0 ? stored : undefined,
  };
  const added: NamedDevice[] = [];
  await database.transaction(async (tx) => {
    for (const chunk of inChunks(request.devices)) {
      await refuseTaken(tx, chunk);
      added.push(...(await insertChunk(tx, chunk, shared)));
    }
    await shareOut(
      tx,
      added.map(({ deviceId }) => deviceId),
    );
    await insertOperatorActions(
      tx,
      { actor: request.actor, action: 'device.add', detail: shared },
      added.map(({ name }) => `device:${name}`),
    );
  });
  return added;
}

async function refuseTaken(tx: Queryable, devices: readonly NewDevice[]): Promise<void> {
  const taken = await findTakenDevices(
    tx,
    devices.map(({ name }) => name),
    devices.flatMap(({ phone }) => phone ?? []),
  );
  const [first] = taken;
  if (!first) return;
  const more = taken.length > 1 ? ` and ${taken.length - 1} more` : '';
  throw new DeviceError(
    'conflict',
    devices.some(({ name }) => name === first.name)
      ? `device ${first.name}${more} exists already; change it with: dripfleet device set ${first.name} …`
      : `the number is taken by device ${first.name}${more}; no device was added`,
  );
}

async function insertChunk(
  tx: Queryable,
  devices: readonly NewDevice[],
  shared: Parameters<typeof insertDevices>[2],
): Promise<readonly NamedDevice[]> {
  try {
    return await insertDevices(tx, devices, shared);
  } catch (error) {
    // Somebody added it between the look and the insert.
    if (error instanceof DatabaseError && error.code === 'bad_row')
      throw new DeviceError('conflict', 'a name or number was taken meanwhile; ask again', {
        cause: error,
      });
    throw error;
  }
}
