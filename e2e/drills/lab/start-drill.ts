import type { Stage } from '../drill.ts';
import { type DrillLab, type FleetSize, openDrillLab } from './open-drill-lab.ts';
import { addDevices, type Load } from './start-load.ts';
import { untilSettled } from './until-settled.ts';

/** Four workers and two schedulers, as in production, that share devices with work for the whole drill. */
export const usualFleet: FleetSize = { workers: 4, schedulers: 2 };

export type StartedDrill = DrillLab &
  Readonly<{
    /** Every device's phone. */
    phones: ReadonlySet<string>;
  }>;

/** Starts the whole fleet and its load. Resolves when every device is connected and the shares are even. */
export async function startDrill(stage: Stage, load: Load): Promise<StartedDrill> {
  const lab = await openDrillLab(stage, usualFleet);
  const { devices, waves } = await addDevices(lab, load);
  await Promise.all(lab.fleet.members.map(async (member) => await member.start()));
  await waves.enroll(load.devices * load.contactsEach);
  await untilSettled(lab, { devices: devices.size });
  stage.screen.say(`${devices.size} devices are connected and send`);
  return { ...lab, phones: new Set(devices.values()) };
}
