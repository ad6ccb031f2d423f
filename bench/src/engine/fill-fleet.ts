import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { type DeviceId, durationMs, type SequenceDefinition, stepKey } from '@dripfleet/domain';
import {
  addDevices,
  applySequence,
  importContacts,
  pauseDevices,
  planDeviceNames,
} from '@dripfleet/operations';
import type { BenchLab } from '../lab/open-bench-lab.ts';

const actor = 'bench';
const sequence = 'bench';
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

/** Adds devices that stay connected also when they have nothing to do. Returns their ids. */
export async function fillDevices(lab: BenchLab, count: number): Promise<readonly DeviceId[]> {
  const devices = planDeviceNames({ kind: 'series', prefix: 'bench-', count }, firstPhone);
  const labels = { 'keep-online': 'yes' };
  const added = await addDevices(lab.db, { devices, labels, pacing: unpaced, actor });
  return added.map(({ deviceId }) => deviceId);
}

export async function pauseAll({ db }: BenchLab): Promise<void> {
  const steal = durationMs(24_000);
  await pauseDevices(db, { selector: { kind: 'all' }, actor, steal });
}

/** Enrolls one contact for each message, `first` the number of the first, evenly over the devices, as operators do. */
export async function fillContacts(
  { db, servers }: BenchLab,
  { devices, messages, first }: { devices: number; messages: number; first: number },
): Promise<void> {
  await applySequence(db, { name: sequence, definition, actor });
  const names = planDeviceNames({ kind: 'series', prefix: 'bench-', count: devices }, firstPhone);
  const path = join(servers.folder, 'contacts.csv');
  const file = createWriteStream(path);
  file.write('phone,first_name,code,consent_source,device\n');
  for (let index = first; index < first + messages; index += 1) {
    const { name = '' } = names[index % devices] ?? {};
    file.write(`+1202${3_000_000 + index},Ana,c${index},bench,${name}\n`);
  }
  file.end();
  await once(file, 'finish');
  const outcome = await importContacts(db, { sequence, path, actor });
  if (outcome.kind !== 'imported' || outcome.counts.enrolled !== messages) {
    throw new Error(`not everybody was enrolled: ${JSON.stringify(outcome)}`);
  }
}
