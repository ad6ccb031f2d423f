import type { Random } from '../random.ts';
import { makeContact } from './make-contact.ts';
import { makeDeliveries } from './make-deliveries.ts';
import { makeDevice } from './make-device.ts';
import { makeInbound } from './make-inbound.ts';
import { makePairing } from './make-pairing.ts';
import { makeRuns, spread } from './make-runs.ts';
import { makeSequence } from './make-sequence.ts';
import { makeWorkers } from './make-workers.ts';
import { range, type World, type WorldRow } from './world-facts.ts';

/**
 * A small fleet in any state that the schema allows, likely or not: dead owners, rows in flight of older epochs, pauses
 * and restrictions that have run out and such that have not, people who opted out.
 *
 * No two rows of a table share an instant that a statement orders by: Postgres would be free to take either.
 */
export function makeWorld(random: Random): World {
  const devices = 2 + random.int(2);
  const contacts = 4 + random.int(3);
  const versions = [1, 2].map(() => 1 + random.int(2));
  const fleet = range(devices).map((n) => makeDevice(random, n));
  const owners = fleet.map(({ row }) => row.owner_worker_id ?? null);
  const rows: WorldRow[] = [
    ...makeWorkers(random),
    ...fleet,
    ...range(devices)
      .filter(() => random.chance(15))
      .map((n) => makePairing(random, n)),
    ...versions.flatMap((count, index) => makeSequence(random, index + 1, count)),
  ];
  const suppressed = new Set(range(contacts).filter(() => random.chance(20)));
  for (const n of range(contacts)) rows.push(...makeContact(random, n, suppressed.has(n)));
  let taken = 0;
  for (const contact of range(contacts)) {
    for (const [index, count] of versions.entries()) {
      const sequence = { id: index + 1, version: 1 + random.int(count) };
      for (const run of makeRuns(random, { contact, sequence, owners })) {
        taken += 1;
        rows.push({ table: 'sequence_contacts', row: { ...run, ...spread(random, taken) } });
        rows.push(
          ...makeDeliveries(random, {
            id: taken,
            run,
            devices,
            suppressed: suppressed.has(contact),
          }),
        );
      }
    }
  }
  return [...rows, ...makeInbound(random, { devices, contacts })];
}
