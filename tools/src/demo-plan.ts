import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The demo's pace: 12 messages in any 10 s, so that some devices reach it while one watches. */
export const demoCap = { max: 12, windowMs: 10_000 };
export const demoCapText = '12/10s';
export const demoGapText = '50ms-250ms';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
export const sequenceFile = `${examples}demo.yaml`;

type DemoContact = Readonly<{ phone: string; name: string; firstName: string; city: string }>;

export type DemoPlan = Readonly<{
  /** The steps of examples/demo.yaml. */
  steps: number;
  /** Phones of the devices, `+1555…`, by name. */
  devices: ReadonlyMap<string, string>;
  csvFile: string;
}>;

const firstDevicePhone = 15_550_000_001;
export const devicePrefix = 'demo-';
export const firstDevice = `+${firstDevicePhone}`;

/**
 * Writes what the demo is going to import, and, for the judge, what must come out: each contact's device and its three
 * texts, filled in by plain replacement, without the code under test.
 */
export function writePlan(
  { devices, contacts }: { devices: ReadonlyMap<string, string>; contacts: number },
  { csvFile, planFile }: { csvFile: string; planFile: string },
): DemoPlan {
  const names = [...devices.keys()];
  const texts = stepTexts();
  const rows = ['phone,name,first_name,city,consent_source,device'];
  const caps = [{ max: demoCap.max, window_ms: demoCap.windowMs }];
  const plan = [JSON.stringify({ caps, devices: [...devices.values()] })];
  for (const [index, contact] of demoContacts(contacts).entries()) {
    const device = names[index % names.length] ?? '';
    const { phone, name, firstName, city } = contact;
    rows.push([phone, name, firstName, city, '"demo, agreed on the web form"', device].join(','));
    const filled = texts.map((text) => fill(text, contact));
    plan.push(JSON.stringify({ to: phone, device: devices.get(device), texts: filled }));
  }
  writeFileSync(csvFile, `${rows.join('\n')}\n`);
  writeFileSync(planFile, `${plan.join('\n')}\n`);
  return { steps: texts.length, devices, csvFile };
}

/** The phones of the demo's devices by their names, as `device add --phone` counts them up. */
export function devicePhones(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name, index) => [name, `+${firstDevicePhone + index}`]));
}

/** The people of examples/contacts.csv, and as many more like them as are asked for. */
function demoContacts(count: number): readonly DemoContact[] {
  const lines = readFileSync(`${examples}contacts.csv`, 'utf8').trim().split('\n').slice(1);
  return Array.from({ length: count }, (_, index) => {
    const [phone = '', name = '', firstName = '', city = ''] = (
      lines[index % lines.length] ?? ''
    ).split(',');
    return {
      phone: index < lines.length ? phone : `+1202${3_000_000 + index}`,
      name,
      firstName,
      city,
    };
  });
}

/** The steps' texts, read as lines: the demo's file has one quoted text a step. */
function stepTexts(): readonly string[] {
  const yaml = readFileSync(sequenceFile, 'utf8');
  return [...yaml.matchAll(/^\s+text: '(.*)'$/gm)].map(([, text = '']) => text);
}

/** `{{ name }}` and `{{ name | default: "…" }}`; everybody in the demo has a first name and a city. */
const placeholder = /\{\{ (first_name|city)(?: \| default: "[^"]*")? \}\}/g;

function fill(text: string, { firstName, city }: DemoContact): string {
  return text.replaceAll(placeholder, (_, name) => (name === 'city' ? city : firstName));
}
