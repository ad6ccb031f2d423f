import { createSecretKey, generateKeySync, type KeyObject } from 'node:crypto';
import type { DeviceId } from '@dripfleet/domain';
import { seal, unseal } from './sealed-box.ts';
import { keyBytes, type WrappingKey } from './wrapping-key.ts';

/** A fresh key for the credentials of one device. */
export function makeDataKey(): KeyObject {
  return generateKeySync('aes', { length: keyBytes * 8 });
}

/** The data key as it is stored, bound to its device and to the name of the key that wraps it. */
export function wrapDataKey(by: WrappingKey, device: DeviceId, dataKey: KeyObject): Buffer {
  return seal(by.forKeys, belonging(by, device), dataKey.export());
}

/** Undefined when this is not the key that wrapped it, or not for this device. */
export function unwrapDataKey(
  by: WrappingKey,
  device: DeviceId,
  wrapped: Buffer,
): KeyObject | undefined {
  const bytes = unseal(by.forKeys, belonging(by, device), wrapped);
  return bytes?.length === keyBytes ? createSecretKey(bytes) : undefined;
}

const belonging = (by: WrappingKey, device: DeviceId) => ['data key', device, by.name];
