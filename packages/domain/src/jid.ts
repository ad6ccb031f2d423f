import type { PhoneNumber } from './ids.ts';

const server = '@s.whatsapp.net';

/** The address of a person by phone number, as WhatsApp writes it: digits and its server. */
export function userJid(phone: PhoneNumber): string {
  return `${phone.slice(1)}${server}`;
}

/** The number behind such an address; undefined for any other kind of address. */
export function phoneOfJid(jid: string): PhoneNumber | undefined {
  const digits = jid.endsWith(server) ? jid.slice(0, -server.length) : '';
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the brand is made here
  return /^[1-9]\d{4,14}$/.test(digits) ? (`+${digits}` as PhoneNumber) : undefined;
}
