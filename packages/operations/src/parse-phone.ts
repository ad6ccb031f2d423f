import { type PhoneNumber, phoneNumber } from '@dripfleet/domain';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

export type ParsedPhone =
  | Readonly<{ kind: 'parsed'; phone: PhoneNumber }>
  | Readonly<{ kind: 'refused'; reason: string; fix: string }>;

/**
 * Reads a phone number in international form: `+`, the country code and the rest, with the usual spaces, dashes, dots
 * and brackets or without. Its length and prefix must exist in that country's numbering plan, which catches most
 * slips; whether somebody has it, only WhatsApp knows.
 */
export function parsePhone(text: string): ParsedPhone {
  const fix = 'write it in international form, such as +6281234567890';
  const trimmed = text.trim();
  if (!trimmed.startsWith('+'))
    return { kind: 'refused', reason: 'has no + and country code', fix };
  // The library finds numbers inside other text and in other digits; a cell holds the number alone.
  if (!/^\+\d[\d ().-]{4,28}$/.test(trimmed)) {
    return { kind: 'refused', reason: 'is not a phone number', fix };
  }
  const parsed = parsePhoneNumberFromString(trimmed);
  if (!parsed || !(parsed.isValid() || fictional.test(parsed.number))) {
    return { kind: 'refused', reason: 'does not exist in its country', fix: `check it; ${fix}` };
  }
  return { kind: 'parsed', phone: phoneNumber(parsed.number) };
}

/** Area code 555 of North America is given to nobody: the simulator's, the examples' and the tests' people live there. */
const fictional = /^\+1555\d{7}$/;
