import type { NamedDevice } from '@dripfleet/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readActivity } from '../src/index.ts';
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
  await fleet.addRows(first, 'sending');
  await fleet.addRows(second, 'idle', { count: 2, ageMs: 60_000 });
  await fleet.addRows(second, 'idle', { ageMs: 5_000 });
  // To come.
  await fleet.addRows(second, 'idle', { count: 4, ageMs: -60_000 });
  await fleet.addRows(third, 'held');
  await fleet.sql(
    "update devices set desired_state = 'paused', paused_until = now() - interval '1 s' where name = 'caro'",
  );
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

describe('the fleet at work', () => {
  it('is told by device and in all: in hand, due, held', async () => {
    const {
      backlog,
      fleet: counts,
      devices,
      errorRate,
    } = await readActivity(fleet.database, steal);
    expect(backlog).toMatchObject({ queued: 3, sending: 1, due: 3, held: 1 });
    expect(backlog.oldestDueAge).toBeGreaterThan(59_000);
    expect(errorRate).toBeUndefined();
    expect(counts).toMatchObject({ devices: 3, activeWorkers: 1 });
    expect(devices).toMatchObject([
      { name: 'ana', queued: 3, sending: 1, due: 0, owner: { host: 'host-a', live: true } },
      { name: 'bia', queued: 0, due: 3, owner: { live: false } },
      { name: 'caro', state: 'running', held: 1, owner: undefined, oldestDueAge: undefined },
    ]);
  });

  it('counts what was sent and what failed in the last minute, and rates over 15', async () => {
    await addDelivery('sent', 10, 8);
    await addDelivery('sent', 70, 50);
    await addDelivery('failed', 20, 19);
    await addDelivery('uncertain', 400, 300);
    await addDelivery('ready', 5, 4);
    const { lastMinute, errorRate, averageProcess, devices } = await readActivity(
      fleet.database,
      steal,
    );
    expect(lastMinute).toEqual({ sent: 2, failed: 1 });
    expect(errorRate).toBe(0.5);
    expect(averageProcess).toBeGreaterThan(1_000);
    expect(devices[0]).toMatchObject({ name: 'ana', sent: 2, failed: 1 });
    expect(devices[1]).toMatchObject({ name: 'bia', sent: 0, failed: 0 });
  });
});
