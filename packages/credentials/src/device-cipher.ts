import { createHmac, type KeyObject } from 'node:crypto';
import type { DeviceId } from '@dripfleet/domain';
import { seal, unseal } from './sealed-box.ts';
import { deriveKey } from './wrapping-key.ts';

/** Encrypts and finds the credentials of one device. */
export type DeviceCipher = Readonly<{
  dataKey: KeyObject;
  /** Under what an id is stored, 16 bytes: a keyed hash, for the ids of sessions hold phone numbers. */
  keyId(kind: string, id: string): Buffer;
  seal(kind: string, keyId: Buffer, value: string): Buffer;
  /** Undefined when it was changed or belongs to another device, kind or id. */
  unseal(kind: string, keyId: Buffer, sealed: Buffer): string | undefined;
}>;

/** Two of a device's few thousand ids meet with a chance of 2^-100. */
const keyIdBytes = 16;

export function deviceCipher(device: DeviceId, dataKey: KeyObject): DeviceCipher {
  const forValues = deriveKey(dataKey, 'credentials');
  const forIds = deriveKey(dataKey, 'credential ids');
  const belonging = (kind: string, keyId: Buffer) => [
    'credential',
    device,
    kind,
    keyId.toString('hex'),
  ];
  return {
    dataKey,
    keyId: (kind, id) =>
      createHmac('sha256', forIds)
        .update(JSON.stringify([kind, id]))
        .digest()
        .subarray(0, keyIdBytes),
    seal: (kind, keyId, value) => seal(forValues, belonging(kind, keyId), Buffer.from(value)),
    unseal: (kind, keyId, sealed) =>
      unseal(forValues, belonging(kind, keyId), sealed)?.toString('utf8'),
  };
}
