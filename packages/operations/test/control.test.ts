import { durationMs, workerId } from '@dripfleet/domain';
import {
  claimDevices,
  drainUnownedDevice,
  heartbeatWorker,
  type NamedDevice,
  restrictDevice,
} from '@dripfleet/store';
import { FakeClock } from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  drainDevices,
  pauseDevices,
  resumeDevices,
  waitForDevices,
  type WaitRequest,
} from '../src/index.ts';
import { type Fleet, openFleet, steal } from './fleet-fixture.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await openFleet();
});
afterAll(async () => await fleet.close());

const live = 1_000;
const dead = 25_000;
const only = ({ name }: NamedDevice) => ({
  selector: { kind: 'names', names: [name] } as const,
  actor: 'test',
  steal,
});

async function addDevice(name: string): Promise<NamedDevice> {
  const [device] = await fleet.addDevices(name);
  if (!device) throw new Error('not added');
  return device;
}

const stateOf = async ({ deviceId }: NamedDevice) => {
  const [row] = await fleet.sql<{ desired_state: string; owner: string | null; epoch: number }>(
    `select desired_state, owner_worker_id as owner, owner_epoch::integer as epoch, device_may_send(d) as may_send
       from devices d where id = $1`,
    [deviceId],
  );
  return row;
};

const auditOf = async ({ name }: NamedDevice) =>
  (
    await fleet.sql<{ action: string }>(
      'select action from operator_actions where object = $1 order by id',
      [`device:${name}`],
    )
  ).map(({ action }) => action);

describe('pausing', () => {
  it('tells what is in flight and waiting, and changes nothing when repeated', async () => {
    const device = await addDevice('pause-twice');
    await fleet.addRows(device, 'sending');
    await fleet.addRows(device, 'queued', { count: 3 });
    const request = { ...only(device), reason: 'new SIM' };
    expect(await pauseDevices(fleet.database, request)).toMatchObject([
      { outcome: 'changed', before: 'running', after: 'paused', inFlight: 1, waiting: 3 },
    ]);
    expect(await pauseDevices(fleet.database, request)).toMatchObject([{ outcome: 'already' }]);
    expect(await auditOf(device)).toEqual(['device.add', 'device.pause']);
    expect(await stateOf(device)).toMatchObject({ may_send: false });
  });

  // The clocks of an operator's machine and of Postgres may differ by hours.
  it('ends by itself after its time, by the clock of Postgres', async () => {
    const device = await addDevice('pause-for');
    const [paused] = await pauseDevices(fleet.database, {
      ...only(device),
      duration: durationMs(7_200_000),
    });
    const [row] = await fleet.sql<{ left: number }>(
      'select extract(epoch from paused_until - now())::float as left from devices where id = $1',
      [device.deviceId],
    );
    expect(paused?.pausedUntil).toBeDefined();
    expect(row?.left).toBeGreaterThan(7_100);
    expect(row?.left).toBeLessThanOrEqual(7_200);
    await fleet.sql("update devices set paused_until = now() - interval '1 s' where id = $1", [
      device.deviceId,
    ]);
    expect(await stateOf(device)).toMatchObject({ may_send: true });
    expect(await pauseDevices(fleet.database, only(device))).toMatchObject([
      { outcome: 'changed' },
    ]);
  });

  // Pausing a whole fleet must not put a drained device back under a worker.
  it('leaves a draining or drained device as it is', async () => {
    const device = await addDevice('pause-drained');
    await drainDevices(fleet.database, only(device));
    expect(await pauseDevices(fleet.database, only(device))).toMatchObject([
      { outcome: 'kept', after: 'drained' },
    ]);
    expect(await stateOf(device)).toMatchObject({ desired_state: 'drained' });
  });

  it('pauses more devices than one statement may lock', async () => {
    const names = Array.from({ length: 1_001 }, (_, index) => `many-${index}`);
    await fleet.addDevices(...names);
    const results = await pauseDevices(fleet.database, {
      selector: { kind: 'names', names },
      actor: 'test',
      steal,
    });
    expect(results.filter(({ outcome }) => outcome === 'changed')).toHaveLength(1_001);
  });

  it('changes none of the named devices when one is unknown', async () => {
    const device = await addDevice('pause-typo');
    await expect(
      pauseDevices(fleet.database, {
        ...only(device),
        selector: { kind: 'names', names: [device.name, 'pause-tpyo'] },
      }),
    ).rejects.toMatchObject({ code: 'not_found' });
    expect(await stateOf(device)).toMatchObject({ desired_state: 'running' });
  });
});

describe('resuming', () => {
  it('ends a pause and a drain, and changes nothing when repeated', async () => {
    const device = await addDevice('resume');
    await drainDevices(fleet.database, only(device));
    expect(await resumeDevices(fleet.database, only(device))).toMatchObject([
      { outcome: 'changed', before: 'drained', restrictionLifted: false },
    ]);
    expect(await resumeDevices(fleet.database, only(device))).toMatchObject([
      { outcome: 'already' },
    ]);
  });

  it('lets an account be used again that the network had refused', async () => {
    const device = await addDevice('resume-refused');
    await restrictDevice(fleet.database, device.deviceId, {
      towards: 'everybody',
      reason: '403',
      duration: undefined,
    });
    expect(await stateOf(device)).toMatchObject({ may_send: false });
    expect(await resumeDevices(fleet.database, only(device))).toMatchObject([
      { outcome: 'changed', restrictionLifted: true, sessionState: 'closed' },
    ]);
    expect(await stateOf(device)).toMatchObject({ may_send: true });
  });

  // WhatsApp's own time-lock; sending into it makes it worse.
  it('leaves a restriction that ends at a time', async () => {
    const device = await addDevice('resume-locked');
    await fleet.sql(
      `update devices set session_state = 'restricted', restricted_until = now() + interval '1 h' where id = $1`,
      [device.deviceId],
    );
    expect(await resumeDevices(fleet.database, only(device))).toMatchObject([
      { outcome: 'already', restrictionLifted: false, sessionState: 'restricted' },
    ]);
    expect(await stateOf(device)).toMatchObject({ may_send: false });
  });
});

describe('draining', () => {
  it('leaves a device to its live worker', async () => {
    const device = await addDevice('drain-live');
    const owner = await fleet.own(device, live);
    await fleet.addRows(device, 'queued');
    expect(await drainDevices(fleet.database, only(device))).toMatchObject([
      { outcome: 'changed', after: 'draining', waiting: 1 },
    ]);
    expect(await stateOf(device)).toMatchObject({ desired_state: 'draining', owner });
  });

  // Nobody else would ever finish it, and a queued row of a drained device would be lost to the schedule.
  it('does it itself where the worker is dead: queued rows go back, the epoch rises, what is in flight stays', async () => {
    const device = await addDevice('drain-dead');
    await fleet.own(device, dead);
    await fleet.addRows(device, 'queued', { count: 501 });
    await fleet.addRows(device, 'sending');
    const emptied: unknown[] = [];
    const results = await drainDevices(fleet.database, {
      ...only(device),
      emptyQueue: async (devices) => {
        emptied.push(...devices);
      },
    });
    expect(results).toMatchObject([{ after: 'drained', waiting: 501, inFlight: 1 }]);
    expect(emptied).toEqual([device.deviceId]);
    expect(await stateOf(device)).toMatchObject({
      desired_state: 'drained',
      owner: null,
      epoch: 2,
    });
    const rows = await fleet.sql(
      `select dispatch_state, dispatch_seq::integer as seq, assigned_worker_id is null as free, count(*)::integer as n
         from sequence_contacts where device_id = $1 group by 1, 2, 3 order by 1`,
      [device.deviceId],
    );
    expect(rows).toEqual([
      { dispatch_state: 'idle', seq: 1, free: true, n: 501 },
      { dispatch_state: 'sending', seq: 0, free: false, n: 1 },
    ]);
  });

  it('finishes an earlier drain whose worker has died since', async () => {
    const device = await addDevice('drain-again');
    await fleet.own(device, live);
    await drainDevices(fleet.database, only(device));
    await fleet.sql("update workers set last_heartbeat_at = now() - interval '1 min'");
    expect(await drainDevices(fleet.database, only(device))).toMatchObject([
      { outcome: 'already', after: 'drained' },
    ]);
  });

  // A claim that commits while the drain waits for the device's row: looked at with the older snapshot, its owner
  // still seems dead, and the device would be taken from a worker that lives.
  it('leaves a device that its worker took back meanwhile', async () => {
    const device = await addDevice('drain-race');
    const owner = workerId(await fleet.own(device, dead));
    await fleet.sql("update devices set desired_state = 'draining' where id = $1", [
      device.deviceId,
    ]);
    const drained = await fleet.database.transaction(async (tx) => {
      await heartbeatWorker(tx, owner, { redisOk: true, draining: false, wantedDevices: 0 });
      const claimed = await claimDevices(tx, owner, {
        devices: [device.deviceId],
        steal,
        maySteal: false,
        engine: 'workers',
      });
      expect(claimed).toHaveLength(1);
      const draining = drainUnownedDevice(fleet.database, device.deviceId, steal);
      await vi.waitFor(async () => {
        const waiting = await fleet.sql(
          `select 1 from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock' and state = 'active'`,
        );
        expect(waiting).toHaveLength(1);
      });
      return { draining };
    });
    expect(await drained.draining).toBe(false);
    expect(await stateOf(device)).toMatchObject({ desired_state: 'draining', owner });
  });
});

function wait(device: NamedDevice, request: Partial<WaitRequest>) {
  const clock = new FakeClock();
  const interrupt = new AbortController();
  const seen: number[] = [];
  const result = waitForDevices(fleet.database, {
    devices: [device.deviceId],
    until: 'drained',
    timeout: durationMs(1_000),
    steal,
    clock,
    signal: interrupt.signal,
    onProgress: ({ inFlight }) => seen.push(inFlight),
    ...request,
  });
  return { clock, interrupt, seen, result };
}

describe('waiting', () => {
  it('ends when nothing of a paused device is in flight any more', async () => {
    const device = await addDevice('wait-pause');
    await fleet.addRows(device, 'sending');
    const { clock, result, seen } = wait(device, { until: 'nothing_in_flight' });
    await clock.untilSleeping();
    await fleet.sql("update sequence_contacts set dispatch_state = 'idle' where device_id = $1", [
      device.deviceId,
    ]);
    await clock.advance(250);
    expect(await result).toEqual({ kind: 'done' });
    expect(seen).toEqual([1]);
  });

  it('says when it took too long, and for which device', async () => {
    const device = await addDevice('wait-long');
    await fleet.own(device, live);
    await drainDevices(fleet.database, only(device));
    const { clock, result } = wait(device, {});
    for (let poll = 0; poll < 4; poll += 1) {
      await clock.untilSleeping();
      await clock.advance(250);
    }
    expect(await result).toMatchObject({ kind: 'timed_out', remaining: [{ name: 'wait-long' }] });
  });

  it('finishes the drain of a device whose worker dies meanwhile', async () => {
    const device = await addDevice('wait-death');
    await fleet.own(device, live);
    await drainDevices(fleet.database, only(device));
    const { clock, result } = wait(device, {});
    await clock.untilSleeping();
    await fleet.sql("update workers set last_heartbeat_at = now() - interval '1 min'");
    await clock.advance(250);
    expect(await result).toEqual({ kind: 'done' });
    expect(await stateOf(device)).toMatchObject({ desired_state: 'drained' });
  });

  it('stops at once when interrupted and leaves the drain running', async () => {
    const device = await addDevice('wait-interrupt');
    await fleet.own(device, live);
    await drainDevices(fleet.database, only(device));
    const { clock, interrupt, result } = wait(device, {});
    await clock.untilSleeping();
    interrupt.abort();
    expect(await result).toMatchObject({ kind: 'interrupted' });
    expect(await stateOf(device)).toMatchObject({ desired_state: 'draining' });
  });
});
