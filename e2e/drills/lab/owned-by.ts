import type { Member } from '../../soak/lab/member.ts';
import type { DrillLab } from './open-drill-lab.ts';

/** Phones of the devices that a worker owns now. Throws when Postgres does not tell. */
export async function ownedBy({ fleet }: DrillLab, member: Member): Promise<ReadonlySet<string>> {
  const devices = await fleet.devicesOf(member);
  if (devices === 'all') throw new Error('Postgres did not say who owns the devices');
  return new Set(devices);
}

/** The worker that owns each device, by the device's phone. */
export async function findOwners(lab: DrillLab): Promise<ReadonlyMap<string, string>> {
  const owners = new Map<string, string>();
  for (const member of lab.fleet.workers) {
    for (const phone of await ownedBy(lab, member)) owners.set(phone, member.name);
  }
  return owners;
}

/** The first place in the fleet. */
export function firstWorker({ fleet }: Pick<DrillLab, 'fleet'>): Member {
  const [first] = fleet.workers;
  if (first === undefined) throw new Error('a fleet without workers');
  return first;
}
