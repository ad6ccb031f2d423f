import type { Cleanup } from './cleanup.ts';
import type { DemoOptions } from './demo-options.ts';
import {
  type DemoPlan,
  demoCapText,
  demoGapText,
  devicePhones,
  devicePrefix,
  firstDevice,
  sequenceFile,
  writePlan,
} from './demo-plan.ts';
import { pairDevices, type PairOptions } from './pair-devices.ts';
import { plural } from './plural.ts';
import { dripfleet } from './run-program.ts';
import { bar, type Screen } from './screen.ts';

/** Returns the devices' phones by their names. */
export async function addDevices(
  options: DemoOptions,
  { env, screen }: { env: NodeJS.ProcessEnv; screen: Screen },
): Promise<ReadonlyMap<string, string>> {
  const count = ['--count', String(options.devices), '--prefix', devicePrefix];
  const pace = ['--cap', demoCapText, '--gap', demoGapText];
  const phone = ['--phone', firstDevice];
  const names = await dripfleet(['device', 'add', ...count, ...phone, ...pace, '-o', 'name'], env);
  const devices = devicePhones(names.trim().split('\n'));
  screen.say(
    `added ${plural(devices.size, 'device')}, each at most ${demoCapText} and ${demoGapText} apart`,
  );
  return devices;
}

/** Pairs every device as an operator and its phone do. */
export async function pair(
  options: Pick<PairOptions, 'databaseUrl' | 'keyFile' | 'simulatorUrl' | 'devices'>,
  { screen, cleanup }: { screen: Screen; cleanup: Cleanup },
): Promise<void> {
  const total = options.devices.size;
  await pairDevices({
    ...options,
    signal: cleanup.signal,
    onPaired: (paired) =>
      screen.progress(`         ${bar(paired, total)} ${paired}/${total} paired`),
  });
  screen.say(`paired ${plural(total, 'device')}: each QR scanned by its phone`);
}

/** Publishes the sequence and enrolls the contacts. */
export async function importContacts(
  options: DemoOptions,
  stage: {
    env: NodeJS.ProcessEnv;
    screen: Screen;
    csvFile: string;
    planFile: string;
    devices: ReadonlyMap<string, string>;
  },
): Promise<DemoPlan> {
  const { env, screen, csvFile, planFile, devices } = stage;
  await dripfleet(['sequence', 'apply', sequenceFile, '-q'], env);
  const plan = writePlan({ devices, contacts: options.contacts }, { csvFile, planFile });
  await dripfleet(['import', 'demo', csvFile, '-q'], env);
  screen.say(
    `applied examples/demo.yaml; imported ${plural(options.contacts, 'contact')} from examples/contacts.csv, spread over the devices`,
  );
  return plan;
}
