import { isPhoneNumber } from '../phone-number.ts';

/** Where everybody with a phone number lives, and the server itself. */
export const SERVER = 's.whatsapp.net';

/**
 * A LID is WhatsApp's second name of a user, without the number in it. Here it is the number after these digits, so
 * that nobody need remember who is who; clients cannot tell.
 */
const LID_DIGITS = '77';
const JID = /^(\d+)(?:_\d+)?(?::(\d+))?@(s\.whatsapp\.net|c\.us|lid)$/;

/** A user by phone number: `15550000001@s.whatsapp.net`; with a device, `15550000001:3@s.whatsapp.net`. */
export function jidOf(phone: string, device = 0): string {
  return `${phone.slice(1)}${deviceSuffix(device)}@${SERVER}`;
}

/** The same user by LID. */
export function lidOf(phone: string, device = 0): string {
  return `${LID_DIGITS}${phone.slice(1)}${deviceSuffix(device)}@lid`;
}

/** Whom a JID or LID means: the number as `+E164`, and 0 for the phone or the number of the linked device. */
export function parseJid(jid: string | undefined): { phone: string; device: number } | undefined {
  const [, user = '', device = '0', server] = JID.exec(jid ?? '') ?? [];
  const phone = `+${server === 'lid' ? user.slice(LID_DIGITS.length) : user}`;
  return isPhoneNumber(phone) ? { phone, device: Number(device) } : undefined;
}

function deviceSuffix(device: number): string {
  return device === 0 ? '' : `:${device}`;
}
