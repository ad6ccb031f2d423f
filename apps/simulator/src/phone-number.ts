/** `+` and 7 to 15 digits, the first not 0 (ITU E.164). */
const E164 = /^\+[1-9]\d{6,14}$/;

/** Whether `value` is a number in the one form that protocol, rules and ledger use. */
export function isPhoneNumber(value: string): boolean {
  return E164.test(value);
}
