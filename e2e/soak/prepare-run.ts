import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plural } from '@dripfleet/tools';

import { capText } from './faults/operator-faults.ts';
import type { DeviceCap } from './lab/lab.ts';
import { type LabOptions, type OpenLab, pairAll } from './lab/open-lab.ts';
import { sequenceName, sequenceYaml } from './load/soak-sequence.ts';
import { Waves } from './load/waves.ts';
import type { SoakOptions } from './soak-options.ts';

/** Every device's: short, so that it binds all the time, and lets 100 devices send 100 messages a second. */
export const soakCap: DeviceCap = { max: 20, windowMs: 20_000 };
const gap = '50ms-250ms';
const firstDevicePhone = 15_550_000_001;

/** Migrates, adds the devices, starts the fleet, pairs where there is something to pair, publishes the sequence. */
export async function prepareRun(
  lab: OpenLab,
  { options, screen, cleanup }: Pick<LabOptions, 'screen' | 'cleanup'> & { options: SoakOptions },
): Promise<{ devices: ReadonlyMap<string, string>; waves: Waves }> {
  const { operator, fleet, folder, ledger } = lab;
  await operator.insists('migrate');
  const series = ['--count', String(options.devices), '--prefix', 'soak-'];
  const pace = ['--phone', `+${firstDevicePhone}`, '--cap', capText(soakCap), '--gap', gap];
  const added = await operator.insists('device', 'add', ...series, ...pace, '-o', 'name');
  const names = added.trim().split('\n');
  const devices = new Map(names.map((name, at) => [name, `+${firstDevicePhone + at}`]));
  await Promise.all(fleet.members.map(async (member) => await member.start()));
  screen.say(
    `${plural(devices.size, 'device')}, ${plural(fleet.workers.length, 'worker')}, ${plural(fleet.schedulers.length, 'scheduler')}`,
  );
  if (options.transport === 'baileys') {
    await pairAll(lab, devices, { screen, cleanup });
    screen.say(`paired ${plural(devices.size, 'device')}`);
  }
  const sequenceFile = join(folder, `${sequenceName}.yaml`);
  writeFileSync(sequenceFile, sequenceYaml());
  await operator.insists('sequence', 'apply', sequenceFile, '-q');
  const planFile = `${ledger}.plan.jsonl`;
  const waves = new Waves({ folder, planFile, devices, caps: [soakCap], operator });
  return { devices, waves };
}
