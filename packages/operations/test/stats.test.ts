import { type NamedDevice } from '@dripfleet/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStats } from '../src/index.ts';
import { type Fleet, openFleet, steal } from './fleet-fixture.ts';

let fleet: Fleet;
let ana: NamedDevice;
beforeAll(async () => {
  fleet = await openFleet();
  const [first, second, third] = await fleet.addDevices('ana', 'bia', 'caro');
  if (!first || !second || !third) throw new Error('not added');
  ana = first;
  await fleet.own(first, 1_000);
  await fleet.own(second, 60_000);
  await fleet.addRows(first, 'queued', { count: 3 });
  await fleet.addRows(second, 'queued', { count: 5 });
  await fleet.addRows(third, 'idle', { count: 2, ageMs: 60_000 });
  await fleet.addRows(third, 'held');
});
afterAll(async () => await fleet.close());

/** A delivery in `state` whose last attempt began and was concluded so many seconds ago. */
async function addDelivery(state: string, begun: number, concluded: number): Promise<void> {
  await fleet.addRows(ana, 'idle', { ageMs: -3_600_000 });
  await fleet.sql(
    `insert into deliveries (sequence_contact_id, step_key, contact_id, device_id, message_id, to_jid, state, epoch,
                             last_attempt_at, concluded_at)
     select max(id), 'hello', 1, $1, 'm' || max(id), 'x', $2, 1,
            now() - $3 * interval '1 s', now() - $4 * interval '1 s' from sequence_contacts`,
    [ana.deviceId, state, begun, concluded],
  );
}

describe('the numbers of the fleet', () => {
  it('has no rate and no average before anything was concluded', async () => {
    const stats = await readStats(fleet.database, steal);
    expect(stats).toMatchObject({ totalProcessed: 0, concludedRecently: 0 });
    expect(stats.averageProcess).toBeUndefined();
    expect(stats.errorRate).toBeUndefined();
  });

  it('counts device workers by live owners, and queues by device with the fullest first', async () => {
    const stats = await readStats(fleet.database, steal);
    expect(stats.activeWorkers).toBe(1);
    expect([...stats.queueDepth]).toEqual([
      ['bia', 5],
      ['ana', 3],
      ['caro', 0],
    ]);
    expect(stats.sequenceContacts).toMatchObject({ due: 2, held: 1 });
    expect(stats.sequenceContacts.oldestDueAge).toBeGreaterThan(59_000);
  });

  // A retry concludes an attempt, not its delivery; counted, it would look like a second message.
  it('takes the last 15 min for rates and all time for the total', async () => {
    await addDelivery('sent', 10, 8);
    await addDelivery('sent', 10, 6);
    await addDelivery('failed', 20, 19);
    await addDelivery('uncertain', 899, 898);
    await addDelivery('ready', 5, 4);
    await addDelivery('sent', 3_000, 2_000);
    const stats = await readStats(fleet.database, steal);
    expect(stats).toMatchObject({ totalProcessed: 5, concludedRecently: 4, errorRate: 0.5 });
    expect(stats.averageProcess).toBeCloseTo((2_000 + 4_000 + 1_000 + 1_000) / 4, 0);
    expect(stats.deliveries).toMatchObject({ sent: 3, failed: 1, uncertain: 1, ready: 1 });
  });
});
