import { epochMs, parseCap, parseGap } from '@dripfleet/domain';
import { openDatabase } from '@dripfleet/store';
import { FakeClock } from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Check, type DoctorRequest, runDoctor } from '../src/index.ts';
import { type Fleet, openFleet, steal } from './fleet-fixture.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await openFleet();
});
afterAll(async () => await fleet.close());

const defaults = { caps: [parseCap('80/1h')], gap: parseGap('5s-15s') };
const redisInfo = (version: string, policy: string) => ({
  info: async () =>
    await Promise.resolve(
      `# Server\r\nredis_version:${version}\r\n# Memory\r\nmaxmemory_policy:${policy}\r\n`,
    ),
});

/** What was found, by name; each says whether it is fine and how to fix it. */
async function examine(request: Partial<DoctorRequest> = {}): Promise<ReadonlyMap<string, Check>> {
  const [row] = await fleet.sql<{ now: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::float as now',
  );
  const checks = await runDoctor({
    nodeVersion: '20.20.2',
    database: fleet.database,
    redis: redisInfo('7.2.4', 'noeviction'),
    clock: new FakeClock(epochMs(row?.now ?? 0)),
    steal,
    defaults,
    ...request,
  });
  return new Map(checks.map((check) => [check.name, check]));
}

describe('the doctor', () => {
  it('finds a healthy installation healthy, but for the missing workers', async () => {
    const checks = await examine();
    expect([...checks].filter(([, { status }]) => status !== 'ok')).toMatchObject([
      ['Workers', { status: 'warning', fix: 'start a worker' }],
    ]);
  });

  it.each([
    ['Node', { nodeVersion: '18.20.0' }],
    ['Node', { nodeVersion: '20.18.3' }],
    ['Redis', { redis: redisInfo('6.0.16', 'noeviction') }],
    ['Redis', { redis: { info: async () => await Promise.reject(new Error('refused')) } }],
    // Jobs and locks that vanish under pressure: the queue's worst failure, and silent.
    ['Redis eviction', { redis: redisInfo('7.2.4', 'allkeys-lru') }],
    ['Redis', { redis: { problem: 'no usable REDIS_URL is set' } }],
    ['Postgres', { database: { problem: 'no usable DATABASE_URL is set' } }],
  ])('fails %s for %j, with a fix', async (name, request) => {
    const check = (await examine(request)).get(name);
    expect(check).toMatchObject({ status: 'failed', fix: expect.any(String) });
  });

  it('reports a Postgres out of reach as a finding', async () => {
    const database = openDatabase({ url: 'postgres://127.0.0.1:1/none', applicationName: 'test' });
    const checks = await examine({ database });
    await database.close();
    expect(checks.get('Postgres')).toMatchObject({ status: 'failed', detail: 'cannot be reached' });
    expect(checks.has('Workers')).toBe(false);
  });

  it('warns of a clock that is off', async () => {
    const checks = await examine({ clock: new FakeClock() });
    expect(checks.get('Clock')).toMatchObject({ status: 'warning' });
  });

  it('finds migrations that were not applied, and those of a newer build', async () => {
    await fleet.sql("insert into migrations (name, run_on) values ('9999_future', now())");
    expect((await examine()).get('Migrations')).toMatchObject({ status: 'warning' });
    await fleet.sql("delete from migrations where name = '9999_future'");
    await fleet.sql("update migrations set name = 'x' || name");
    expect((await examine()).get('Migrations')).toMatchObject({
      status: 'failed',
      fix: 'dripfleet migrate',
    });
    await fleet.sql('update migrations set name = substr(name, 2)');
  });

  describe('with stuck devices', () => {
    const sixMinutes = 360_000;

    it('names one that has rows queued, a live owner, and nothing attempted', async () => {
      const [device] = await fleet.addDevices('stuck-queued');
      if (!device) throw new Error('not added');
      await fleet.own(device, 1_000);
      await fleet.addRows(device, 'queued', { ageMs: sixMinutes });
      expect((await examine()).get('Stuck devices')).toMatchObject({
        status: 'failed',
        detail: expect.stringContaining('stuck-queued'),
      });
      await fleet.sql('update devices set owner_worker_id = null where id = $1', [device.deviceId]);
    });

    // A device at its cap has rows queued for up to its window: no fault, and a false alarm on every busy fleet.
    it('does not name one that its own cap keeps from sending', async () => {
      const [device] = await fleet.addDevices('capped');
      if (!device) throw new Error('not added');
      await fleet.own(device, 1_000);
      await fleet.addRows(device, 'queued', { ageMs: sixMinutes });
      await fleet.addRows(device, 'idle', { count: 80, ageMs: -3_600_000 });
      await fleet.sql(
        `insert into deliveries (sequence_contact_id, step_key, contact_id, device_id, message_id, to_jid, state, epoch,
                                 last_attempt_at, acked_at, concluded_at)
         select id, 'first', contact_id, device_id, 'capped-' || id, 'x', 'sent', 1, t.at, t.at, t.at
           from sequence_contacts, (select now() - interval '20 min' as at) t
          where device_id = $1 and dispatch_state = 'idle'`,
        [device.deviceId],
      );
      expect((await examine()).get('Stuck devices')).toMatchObject({ status: 'ok' });
      await fleet.sql(
        "update deliveries set last_attempt_at = now() - interval '2 h', acked_at = null",
      );
      expect((await examine()).get('Stuck devices')).toMatchObject({ status: 'failed' });
      await fleet.sql("update devices set desired_state = 'paused' where id = $1", [
        device.deviceId,
      ]);
    });

    it('names one with an attempt that nobody concluded', async () => {
      const [device] = await fleet.addDevices('stuck-sending');
      if (!device) throw new Error('not added');
      await fleet.addRows(device, 'sending', { ageMs: sixMinutes });
      await fleet.sql(
        `insert into deliveries (sequence_contact_id, step_key, contact_id, device_id, message_id, to_jid, state, epoch,
                                 last_attempt_at)
         select id, 'hello', contact_id, device_id, 'stuck', 'x', 'sending', 1, now() - interval '6 min'
           from sequence_contacts where device_id = $1`,
        [device.deviceId],
      );
      expect((await examine()).get('Stuck devices')).toMatchObject({
        status: 'failed',
        detail: expect.stringContaining('1 (stuck-sending)'),
      });
    });
  });
});
