import { type Keyring, openChallenge } from '@dripfleet/credentials';
import { assertNever, type DurationMs, type EpochMs, type PhoneNumber } from '@dripfleet/domain';
import {
  findPairingProgress,
  type PairingMethod,
  type PairingProgress,
  type Queryable,
} from '@dripfleet/store';
import { resolveDevices } from './resolve-devices.ts';

export type PairingReading =
  /** Nobody asked for this device. */
  | Readonly<{ kind: 'none' }>
  /** No worker has anything to show: not yet, or the last challenge ran out and the next is not there. */
  | Readonly<{ kind: 'requested'; requestedAt: EpochMs }>
  /** To be scanned, or typed on the phone. Never logged. */
  | Readonly<{
      kind: 'waiting';
      requestedAt: EpochMs;
      method: PairingMethod;
      content: string;
      validFor: DurationMs;
    }>
  /** The worker encrypted it with a key that this process does not have. */
  | Readonly<{ kind: 'unreadable'; requestedAt: EpochMs }>
  | Readonly<{ kind: 'paired'; requestedAt: EpochMs; phone: PhoneNumber | undefined }>
  | Readonly<{ kind: 'failed'; requestedAt: EpochMs; reason: string }>
  | Readonly<{ kind: 'expired'; requestedAt: EpochMs }>;

/** How the last request for a device goes. Throws `DeviceError` `not_found`. */
export async function readPairing(
  db: Queryable,
  keyring: Keyring,
  device: string,
): Promise<PairingReading> {
  const [found] = await resolveDevices(db, { kind: 'names', names: [device] });
  if (!found) throw new Error('unreachable: an unknown name was refused above');
  const progress = await findPairingProgress(db, found.deviceId);
  if (!progress) return { kind: 'none' };
  const { state, requestedAt, reason, phone } = progress;
  switch (state) {
    case 'requested':
      return { kind: state, requestedAt };
    case 'waiting':
      return await openShown(keyring, { ...progress, deviceId: found.deviceId });
    case 'paired':
      return { kind: state, requestedAt, phone };
    case 'failed':
      return { kind: state, requestedAt, reason: reason ?? 'no reason was given' };
    case 'expired':
      return { kind: state, requestedAt };
    default:
      return assertNever(state);
  }
}

async function openShown(
  keyring: Keyring,
  { challenge, method, ...of }: PairingProgress & Parameters<typeof openChallenge>[1],
): Promise<PairingReading> {
  const { requestedAt } = of;
  if (!challenge) return { kind: 'requested', requestedAt };
  const content = await openChallenge(keyring, of, challenge.sealed);
  return content === undefined
    ? { kind: 'unreadable', requestedAt }
    : { kind: 'waiting', requestedAt, method, content, validFor: challenge.validFor };
}
