import { createHmac } from 'node:crypto';
import type { PhoneNumber } from './ids.ts';

/**
 * The form in which a suppressed number is kept: it survives the erasure of the contact and cannot be read back
 * without the installation's secret. 32 bytes.
 */
export function phoneHash(secret: Uint8Array, phone: PhoneNumber): Buffer {
  return createHmac('sha256', secret).update(`suppression|${phone}`).digest();
}
