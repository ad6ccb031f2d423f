import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  durationMs,
  type PacingOverride,
  type SequenceDefinition,
  stepKey,
} from '@dripfleet/domain';
import {
  addDevices,
  applySequence,
  importContacts,
  pauseDevices,
  planDeviceNames,
} from '@dripfleet/operations';
import type { NamedDevice } from '@dripfleet/store';
import type { BenchLab } from '../lab/open-bench-lab.ts';

const actor = 'bench';
export const sequenceName = 'bench';
const firstPhone = '+15550000001';

/** Caps and gaps that never hold a message back: the pacing is asked all the same, by the code that asks it always. */
const unpaced = {
  caps: [{ max: 1_000_000_000, window: durationMs(3_600_000) }],
  gap: { min: durationMs(0), max: durationMs(0) },
};

const definition: SequenceDefinition = {
  onUncertain: 'resend',
  onFailedStep: 'skip',
  onReply: 'continue',
  reenroll: { kind: 'never' },
  steps: [
    {
      key: stepKey('hello'),
      delay: durationMs(0),
      text: 'Hi {{ first_name | default: "there" }}, thanks for joining. Your number is {{ code }}.',
    },
  ],
};

/** Adds devices that stay connected also when they have nothing to do. */
export async function fillDevices(
  { db }: BenchLab,
  { count, pacing = unpaced }: { count: number; pacing?: PacingOverride | undefined },
): Promise<readonly NamedDevice[]> {
  const devices = planDeviceNames({ kind: 'series', prefix: 'bench-', count }, firstPhone);
  return await addDevices(db, { devices, labels: { 'keep-online': 'yes' }, pacing, actor });
}

/** Publishes the one sequence there is; repeating it changes nothing. */
export async function publishSequence({ db }: BenchLab): Promise<void> {
  await applySequence(db, { name: sequenceName, definition, actor });
}

export async function pauseAll({ db }: BenchLab): Promise<void> {
  const steal = durationMs(24_000);
  await pauseDevices(db, { selector: { kind: 'all' }, actor, steal });
}

/** Enrolls one contact for each message, `first` the number of the first, evenly over the devices, as operators do. */
export async function fillContacts(
  lab: BenchLab,
  {
    devices,
    messages,
    first,
  }: { devices: readonly NamedDevice[]; messages: number; first: number },
): Promise<void> {
  await publishSequence(lab);
  for (let start = first; start < first + messages; start += fileRows) {
    const count = Math.min(fileRows, first + messages - start);
    await fillFile(lab, devices, { start, count });
  }
}

/** Less than an import takes at once. */
const fileRows = 100_000;

async function fillFile(
  lab: BenchLab,
  devices: readonly NamedDevice[],
  { start, count }: { start: number; count: number },
): Promise<void> {
  const path = join(lab.servers.folder, 'contacts.csv');
  const file = createWriteStream(path);
  file.write(`${contactHeader}\n`);
  for (let index = start; index < start + count; index += 1) {
    const { name = '' } = devices[index % devices.length] ?? {};
    file.write(`${contactRow(index, name)}\n`);
  }
  file.end();
  await once(file, 'finish');
  const outcome = await importContacts(lab.db, { sequence: sequenceName, path, actor });
  if (outcome.kind !== 'imported' || outcome.counts.enrolled !== count) {
    throw new Error(`not everybody was enrolled: ${JSON.stringify(outcome)}`);
  }
}

/** Of a file of contacts. */
export const contactHeader = 'phone,first_name,code,consent_source,device';

/** The contact of this number, who hears from this device. */
export function contactRow(index: number, device: string): string {
  return `+1202${3_000_000 + index},Ana,c${index},bench,${device}`;
}
