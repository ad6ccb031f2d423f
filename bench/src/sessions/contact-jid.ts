import { phoneNumber, userJid } from '@dripfleet/domain';

/** What the numbers have room for. */
const batches = 1_000;
const contacts = 100;

/**
 * The address of a made-up contact, another one for each device, batch and place: two devices of one process that write
 * to one contact at the same moment get into each other's way inside libsignal.
 */
export function contactJid(of: { index: number; batch: number; contact: number }): string {
  const { index, batch, contact } = of;
  if (batch >= batches || contact >= contacts) throw new RangeError('no number is left');
  const number = 16_000_000_000 + (index * batches + batch) * contacts + contact;
  return userJid(phoneNumber(`+${number}`));
}
