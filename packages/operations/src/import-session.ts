import { type Keyring, replaceCredentials } from '@dripfleet/credentials';
import type { DeviceId, DurationMs, PhoneNumber } from '@dripfleet/domain';
import {
  type Database,
  DatabaseError,
  type DesiredState,
  type DeviceDetails,
  failPairing,
  findDeviceDetails,
  finishCredentialImport,
  insertOperatorActions,
  lockDevice,
} from '@dripfleet/store';
import { defaultSteal } from './default-steal.ts';
import { DeviceError } from './device-error.ts';
import { readSessionFolder, type SessionFolder } from './read-session-folder.ts';
import { resolveDevices } from './resolve-devices.ts';

export type SessionImportRequest = Readonly<{
  /** Its name. */
  device: string;
  /** What Baileys' `useMultiFileAuthState` wrote. The process that used it must have stopped. */
  folder: string;
  actor: string;
  /** A heartbeat older than this is a dead owner's; 24 s unless told otherwise. */
  steal?: DurationMs | undefined;
}>;

export type SessionImported =
  | Readonly<{
      kind: 'imported';
      deviceId: DeviceId;
      phone: PhoneNumber;
      values: number;
      /** What is wanted of the device: one that is not running does not use its session. */
      state: DesiredState;
    }>
  | Exclude<SessionFolder, { kind: 'read' }>;

/**
 * Gives a device the session that another program used until now, in the place of what it had: all of it or nothing. An
 * open request to pair the device fails, for it would forget that session.
 * Throws `DeviceError` `not_found`, and `conflict` while a worker may be using its session or when the numbers differ;
 * `KeyFileError`.
 */
export async function importSession(
  database: Database,
  keyring: Keyring,
  request: SessionImportRequest,
): Promise<SessionImported> {
  const { device: name, folder, actor, steal = defaultSteal } = request;
  const [device] = await resolveDevices(database, { kind: 'names', names: [name] });
  if (!device) throw new Error('unreachable: an unknown name was refused above');
  const session = await readSessionFolder(folder);
  if (session.kind !== 'read') return session;
  const { phone, values } = session;
  const { deviceId } = device;
  const state = await database
    .transaction(async (tx) => {
      await lockDevice(tx, deviceId);
      const details = await findDeviceDetails(tx, name, steal);
      if (!details) throw new DeviceError('not_found', `${name} was removed meanwhile`);
      refuseUse(details, phone);
      await replaceCredentials(tx, keyring, { device: deviceId, values });
      await finishCredentialImport(tx, deviceId, phone);
      await failPairing(tx, deviceId, 'a session was imported');
      await insertOperatorActions(
        tx,
        { actor, action: 'device.import_session', detail: { values: values.length } },
        [`device:${name}`],
      );
      return details.state;
    })
    .catch(refuseTakenPhone);
  return { kind: 'imported', deviceId, phone, values: values.length, state };
}

/** States in which a worker that still owns the device has no session and opens none. */
const atRest = new Set(['unpaired', 'logged_out', 'banned', 'conflict']);

function refuseUse({ name, owner, session, phone }: DeviceDetails, imported: PhoneNumber): void {
  if (owner?.live && !atRest.has(session.state))
    throw new DeviceError(
      'conflict',
      `a worker runs ${name}; first run: dripfleet drain ${name} --wait`,
    );
  if (phone !== undefined && phone !== imported)
    throw new DeviceError(
      'conflict',
      `the session is of another number than ${name}; nothing was imported`,
    );
}

function refuseTakenPhone(error: unknown): never {
  if (error instanceof DatabaseError && error.constraint === 'devices_phone_key')
    throw new DeviceError('conflict', 'another device has the number of this session', {
      cause: error,
    });
  throw error;
}
