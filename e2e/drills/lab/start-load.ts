import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { capText } from '../../soak/faults/operator-faults.ts';
import type { DeviceCap } from '../../soak/lab/lab.ts';
import { sequenceName, sequenceYaml } from '../../soak/load/soak-sequence.ts';
import { Waves } from '../../soak/load/waves.ts';
import type { DrillLab } from './open-drill-lab.ts';

/** No cap in the way: the pause between two messages sets the pace. */
const cap: DeviceCap = { max: 100_000, windowMs: 3_600_000 };
const firstDevicePhone = 15_550_000_001;

export type Load = Readonly<{
  devices: number;
  /** Contacts of each device, five messages each. */
  contactsEach: number;
  /** Pause between two messages of a device, such as `1s-2s`. */
  gap: string;
}>;

/** Migrates, adds the devices and publishes the sequence. Returns who enrolls contacts, and the devices' phones by name. */
export async function addDevices(
  { operator, folder, ledger }: DrillLab,
  { devices: count, gap }: Load,
): Promise<{ waves: Waves; devices: ReadonlyMap<string, string> }> {
  await operator.insists('migrate');
  const series = ['--count', String(count), '--prefix', 'drill-'];
  const pace = ['--phone', `+${firstDevicePhone}`, '--cap', capText(cap), '--gap', gap];
  const added = await operator.insists('device', 'add', ...series, ...pace, '-o', 'name');
  const names = added.trim().split('\n');
  const devices = new Map(names.map((name, at) => [name, `+${firstDevicePhone + at}`]));
  const sequenceFile = join(folder, `${sequenceName}.yaml`);
  writeFileSync(sequenceFile, sequenceYaml());
  await operator.insists('sequence', 'apply', sequenceFile, '-q');
  const planFile = `${ledger}.plan.jsonl`;
  return { devices, waves: new Waves({ folder, planFile, devices, caps: [cap], operator }) };
}
