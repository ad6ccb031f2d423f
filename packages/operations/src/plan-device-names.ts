import { type PhoneNumber, phoneNumber } from '@dripfleet/domain';
import { DeviceError } from './device-error.ts';

/** What to call new devices: names as given, or `count` of them after a prefix. */
export type DeviceNames =
  | Readonly<{ kind: 'names'; names: readonly string[] }>
  | Readonly<{ kind: 'series'; prefix: string; count: number }>;

export type NewDevice = Readonly<{ name: string; phone: PhoneNumber | undefined }>;

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const phonePattern = /^\+[1-9]\d{4,14}$/;
const countMax = 10_000;

/**
 * Names and numbers of new devices.
 *
 * A series counts from 1 with at least three digits, so that it sorts: `demo-` and 300 give `demo-001` to `demo-300`.
 * `firstPhone` is the first one's number, and the others count up from it. Throws `DeviceError` `invalid`.
 */
export function planDeviceNames(
  wanted: DeviceNames,
  firstPhone: string | undefined,
): readonly NewDevice[] {
  const names = wanted.kind === 'names' ? wanted.names : seriesNames(wanted);
  if (names.length === 0) throw new DeviceError('invalid', 'name at least one device');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new DeviceError('invalid', `"${twice}" is named twice`);
  for (const name of names) {
    if (!namePattern.test(name))
      throw new DeviceError(
        'invalid',
        `"${name}" is no name for a device: letters, digits, ".", "_" and "-", 63 at most`,
      );
  }
  return names.map((name, index) => ({ name, phone: nthPhone(firstPhone, index) }));
}

function seriesNames({ prefix, count }: { prefix: string; count: number }): readonly string[] {
  if (!Number.isInteger(count) || count < 1 || count > countMax)
    throw new DeviceError('invalid', `the count must be a whole number from 1 to ${countMax}`);
  const digits = Math.max(3, String(count).length);
  return Array.from(
    { length: count },
    (_, index) => `${prefix}${String(index + 1).padStart(digits, '0')}`,
  );
}

function nthPhone(first: string | undefined, index: number): PhoneNumber | undefined {
  if (first === undefined) return undefined;
  // 15 digits at most: exact in a number of JavaScript.
  const phone = phonePattern.test(first) ? `+${Number(first.slice(1)) + index}` : first;
  if (!phonePattern.test(phone))
    throw new DeviceError('invalid', `"${phone}" is no number in the form +15550000001`);
  return phoneNumber(phone);
}
