import { writeFileSync } from 'node:fs';

/**
 * Seconds before each step, and its text. The last is far away enough that devices which are handed over still have
 * something to do, also on a slow machine.
 */
const steps = [
  { key: 'hello', delay: 0, text: 'Hello {{ first_name }}' },
  { key: 'second', delay: 2, text: 'The second for {{ first_name }}' },
  { key: 'last', delay: 50, text: 'The last for {{ first_name }}' },
] as const;

export const sequenceName = 'crash';
export const stepCount = steps.length;
export const contactsOfDevice = 3;

export function sequenceYaml(): string {
  const lines = steps.map(
    ({ key, delay, text }) => `  - key: ${key}\n    delay: ${delay}s\n    text: '${text}'`,
  );
  return [
    `name: ${sequenceName}`,
    'on_uncertain: resend',
    'on_failed_step: skip',
    'reenroll: never',
    'steps:',
    ...lines,
    '',
  ].join('\n');
}

/** One of a run's devices, in the order of their phones. */
export type LabDevice = Readonly<{ id: number; name: string; phone: string }>;

/** Phones of a device's contacts. */
export function contactsOf(device: LabDevice): readonly string[] {
  return Array.from({ length: contactsOfDevice }, (_, at) => contactPhone(device, at));
}

/** Which of a device's contacts: those that come late are its work when the early ones are done. */
export type Arrival = 'early' | 'late' | 'all';

/** Writes the CSV that enrolls contacts of these devices. */
export function writeContacts(
  file: string,
  devices: readonly LabDevice[],
  arrival: Arrival = 'all',
): void {
  const comes = (at: number) => arrival === 'all' || (arrival === 'early') === (at === 0);
  const rows = devices.flatMap((device) =>
    contactsOf(device)
      .map((phone, at) => `${phone},${firstName(device, at)},web,${device.name}`)
      .filter((_, at) => comes(at)),
  );
  writeFileSync(file, ['phone,first_name,consent_source,device', ...rows, ''].join('\n'));
}

/** Writes what must arrive, for the judge, filled in by plain replacement. */
export function writePlan(file: string, devices: readonly LabDevice[]): void {
  const head = {
    caps: [{ max: 100, window_ms: 10_000 }],
    devices: devices.map(({ phone }) => phone),
  };
  const contacts = devices.flatMap((device) =>
    contactsOf(device).map((to, at) => ({
      to,
      device: device.phone,
      texts: steps.map(({ text }) => text.replaceAll('{{ first_name }}', firstName(device, at))),
    })),
  );
  writeFileSync(file, [head, ...contacts, ''].map(asLine).join('\n'));
}

function asLine(value: object | string): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function contactPhone({ phone }: LabDevice, at: number): string {
  return `+1202555${phone.slice(-3)}${at}`;
}

function firstName({ name }: LabDevice, at: number): string {
  return `${name} ${['Ana', 'Bob', 'Cid'][at] ?? at}`;
}
