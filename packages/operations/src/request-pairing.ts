import {
  type DeviceId,
  type DurationMs,
  durationMs,
  type EpochMs,
  type PhoneNumber,
} from '@dripfleet/domain';
import {
  type Database,
  DatabaseError,
  type DeviceDetails,
  findDeviceDetails,
  insertOperatorActions,
  listWorkers,
  lockDevice,
  type NamedDevice,
  type PairingMethod,
  type Queryable,
  requestPairing as writeRequest,
  updateDevice,
} from '@dripfleet/store';
import { defaultSteal } from './default-steal.ts';
import { parsePhone } from './parse-phone.ts';
import { resolveDevices } from './resolve-devices.ts';

export type PairingRequest = Readonly<{
  /** Its name. */
  device: string;
  method: PairingMethod;
  /** With `code`: the number of the phone; without it, that of the device. */
  phone?: string | undefined;
  actor: string;
  /** How long the request stands; 5 min unless told otherwise. */
  validFor?: DurationMs | undefined;
  /** A heartbeat older than this is a dead owner's; 24 s unless told otherwise. */
  steal?: DurationMs | undefined;
}>;

export type PairingRequested =
  | Readonly<{
      kind: 'requested';
      deviceId: DeviceId;
      /** Names this request, to cancel it. */
      requestedAt: EpochMs;
      expiresAt: EpochMs;
      /** Without any, nobody shows a challenge. */
      workersAlive: number;
    }>
  | PairingRefusal;

export type PairingRefusal =
  /** Its session is open: it is linked already. */
  | Readonly<{ kind: 'session_open' }>
  /** It must be resumed first. */
  | Readonly<{ kind: 'drained'; state: 'draining' | 'drained' }>
  /** A code is made for a number, and none is known. */
  | Readonly<{ kind: 'phone_missing' }>
  | Readonly<{ kind: 'phone_invalid'; reason: string; fix: string }>
  /** The device is registered for another number. */
  | Readonly<{ kind: 'other_phone' }>
  /** Another device has this number. */
  | Readonly<{ kind: 'phone_taken' }>;

const standsFor = durationMs(5 * 60_000);

/**
 * Asks for a device to be linked to its phone; a worker takes it up within seconds. Replaces an older request of the same
 * device. A device without a number gets the one of the code. Throws `DeviceError` `not_found`.
 */
export async function requestPairing(
  database: Database,
  request: PairingRequest,
): Promise<PairingRequested> {
  const [device] = await resolveDevices(database, { kind: 'names', names: [request.device] });
  if (!device) throw new Error('unreachable: an unknown name was refused above');
  try {
    return await database.transaction(async (tx) => await requestLocked(tx, device, request));
  } catch (error) {
    if (error instanceof DatabaseError && error.constraint === 'devices_phone_key')
      return { kind: 'phone_taken' };
    throw error;
  }
}

async function requestLocked(
  tx: Queryable,
  { deviceId, name }: NamedDevice,
  { method, phone: text, actor, validFor = standsFor, steal = defaultSteal }: PairingRequest,
): Promise<PairingRequested> {
  await lockDevice(tx, deviceId);
  const details = await findDeviceDetails(tx, name, steal);
  if (!details) throw new Error('unreachable: its row is locked');
  const phone = phoneFor(method, text, details);
  const refusal = stateRefusal(details) ?? (typeof phone === 'object' ? phone : undefined);
  if (refusal) return refusal;
  if (typeof phone === 'string' && details.phone === undefined)
    await updateDevice(tx, deviceId, { phone });
  const stands = await writeRequest(tx, deviceId, { method, actor, validFor });
  await insertOperatorActions(tx, { actor, action: 'device.pair', detail: { method } }, [
    `device:${name}`,
  ]);
  const workersAlive = (await listWorkers(tx, steal)).filter(({ live }) => live).length;
  return { kind: 'requested', deviceId, ...stands, workersAlive };
}

function stateRefusal({ state, owner, session }: DeviceDetails): PairingRefusal | undefined {
  if (state === 'draining' || state === 'drained') return { kind: 'drained', state };
  // A restricted account is connected too; a state whose worker died says nothing about the link.
  const connected = session.state === 'open' || session.state === 'restricted';
  return connected && owner?.live ? { kind: 'session_open' } : undefined;
}

/** The number to make a code for; undefined for a QR, which any phone can scan. */
function phoneFor(
  method: PairingMethod,
  text: string | undefined,
  { phone: known }: DeviceDetails,
): PhoneNumber | PairingRefusal | undefined {
  if (method === 'qr') return undefined;
  if (text === undefined) return known ?? { kind: 'phone_missing' };
  const parsed = parsePhone(text);
  if (parsed.kind === 'refused')
    return { kind: 'phone_invalid', reason: parsed.reason, fix: parsed.fix };
  return known === undefined || known === parsed.phone ? parsed.phone : { kind: 'other_phone' };
}
