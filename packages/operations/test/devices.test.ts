import { durationMs, parseCap, parseGap } from '@dripfleet/domain';
import {
  addDevices,
  listDevices,
  planDeviceNames,
  removeDevice,
  setDevice,
  showDevice,
} from '../src/index.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fleet, openFleet, steal } from './fleet-fixture.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await openFleet();
});
afterAll(async () => await fleet.close());

const defaults = { caps: [parseCap('80/1h')], gap: parseGap('5s-15s') };
const add = (names: string[], phone?: string) => ({
  devices: planDeviceNames({ kind: 'names', names }, phone),
  labels: {},
  pacing: {},
  actor: 'test',
});

describe('adding devices', () => {
  it('adds a series with its numbers, labels and pacing', async () => {
    const added = await addDevices(fleet.database, {
      devices: planDeviceNames({ kind: 'series', prefix: 'series-', count: 1_000 }, '+15550000001'),
      labels: { team: 'br' },
      pacing: { caps: [parseCap('12/10s')] },
      actor: 'test',
    });
    expect(added).toHaveLength(1_000);
    const found = await listDevices(fleet.database, {
      selector: { kind: 'labels', labels: { team: 'br' } },
      steal,
    });
    expect(found.at(0)).toMatchObject({ name: 'series-0001', phone: '+15550000001' });
    expect(found.at(-1)).toMatchObject({
      name: 'series-1000',
      phone: '+15550001000',
      pacing: { caps: [{ max: 12, window_ms: 10_000 }] },
    });
  });

  // Half a fleet registered would leave the operator to find out which half.
  it('adds all or none when one exists', async () => {
    await fleet.addDevices('taken');
    await expect(
      addDevices(fleet.database, add(['free-1', 'taken', 'free-2'])),
    ).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('taken') });
    await expect(
      listDevices(fleet.database, { selector: { kind: 'names', names: ['free-1'] }, steal }),
    ).rejects.toMatchObject({ code: 'not_found' });
  });

  it('refuses a number that another device has', async () => {
    await addDevices(fleet.database, add(['phone-1'], '+15551112222'));
    await expect(
      addDevices(fleet.database, add(['phone-2'], '+15551112222')),
    ).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('phone-1') });
  });

  it('leaves an audit of who did it', async () => {
    await fleet.addDevices('audited');
    const actions = await fleet.sql(
      "select actor, action from operator_actions where object = 'device:audited'",
    );
    expect(actions).toEqual([{ actor: 'test', action: 'device.add' }]);
  });
});

describe('changing a device', () => {
  // Begin refuses what was paced by an older version; without the bump a lowered cap would hold only from the next load.
  it('bumps the version of the pacing exactly when the pacing changes', async () => {
    const [device] = await fleet.addDevices('paced');
    const version = async () => {
      const [row] = await fleet.sql<{ v: number }>(
        'select pacing_version::integer as v from devices where id = $1',
        [device?.deviceId],
      );
      return row?.v;
    };
    const set = async (change: object) =>
      await setDevice(fleet.database, { name: 'paced', actor: 'test', steal, ...change });
    await set({ pacing: { caps: [parseCap('40/1h')] } });
    expect(await version()).toBe(1);
    await set({ pacing: { caps: [parseCap('40/1h')] }, labels: { team: 'mx' } });
    expect(await version()).toBe(1);
    const { pacing } = await set({ pacing: { gap: parseGap('1s-2s') } });
    expect(pacing).toEqual({ caps: [parseCap('40/1h')], gap: parseGap('1s-2s') });
    expect(await version()).toBe(2);
    expect((await set({ clear: ['caps', 'gap'] })).pacing).toEqual({});
    expect(await version()).toBe(3);
  });

  it('adds and removes labels without touching the others', async () => {
    await addDevices(fleet.database, { ...add(['labelled']), labels: { a: '1', b: '2' } });
    await setDevice(fleet.database, {
      name: 'labelled',
      labels: { b: '3', c: '4' },
      unlabel: ['a'],
      actor: 'test',
      steal,
    });
    const [line] = await listDevices(fleet.database, {
      selector: { kind: 'names', names: ['labelled'] },
      steal,
    });
    expect(line?.labels).toEqual({ b: '3', c: '4' });
  });

  // The running session would go on as the old account.
  it('refuses a new number while a live worker runs the device, and takes it once that one is dead', async () => {
    const [live, dead] = await fleet.addDevices('renumber-live', 'renumber-dead');
    if (!live || !dead) throw new Error('not added');
    await fleet.own(live, 1_000);
    await fleet.own(dead, 25_000);
    const change = { actor: 'test', steal };
    await expect(
      setDevice(fleet.database, { ...change, name: live.name, phone: '+15553330001' }),
    ).rejects.toMatchObject({ code: 'conflict' });
    await setDevice(fleet.database, { ...change, name: dead.name, phone: '+15553330002' });
  });
});

const remove = async (name: string) =>
  await removeDevice(fleet.database, { name, actor: 'test', steal });

describe('removing a device', () => {
  it('forgets one that never sent anything', async () => {
    await fleet.addDevices('forget-me');
    await remove('forget-me');
    await expect(remove('forget-me')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is refused while contacts are midway, while it is owned, and when it has a history', async () => {
    const [midway, owned, history] = await fleet.addDevices('midway', 'owned', 'history');
    if (!midway || !owned || !history) throw new Error('not added');
    await fleet.addRows(midway, 'idle');
    await fleet.own(owned, 60_000);
    await fleet.addRows(history, 'idle');
    await fleet.sql("update sequence_contacts set status = 'completed' where device_id = $1", [
      history.deviceId,
    ]);
    for (const { name } of [midway, owned, history])
      await expect(remove(name)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('finding devices', () => {
  it('names close matches for a name that nobody has', async () => {
    await fleet.addDevices('curitiba');
    await expect(
      listDevices(fleet.database, { selector: { kind: 'names', names: ['curitbia'] }, steal }),
    ).rejects.toMatchObject({
      code: 'not_found',
      message: 'no device is named "curitbia"; did you mean curitiba?',
    });
  });

  it('tells a live owner from a dead one, and a pause from one that has run out', async () => {
    const [live, dead] = await fleet.addDevices('owner-live', 'owner-dead');
    if (!live || !dead) throw new Error('not added');
    await fleet.own(live, 23_000);
    await fleet.own(dead, 25_000);
    await fleet.addRows(live, 'queued', { count: 2 });
    await fleet.sql(
      "update devices set desired_state = 'paused', paused_until = now() - interval '1 s' where id = $1",
      [live.deviceId],
    );
    const lines = await listDevices(fleet.database, {
      selector: { kind: 'names', names: [live.name, dead.name] },
      steal,
    });
    expect(lines).toMatchObject([
      { name: 'owner-dead', owner: { live: false } },
      { name: 'owner-live', owner: { live: true }, state: 'running', queued: 2 },
    ]);
  });
});

describe('showing a device', () => {
  it('counts what it has, what its worker holds, and when its cap lets it go on', async () => {
    const [device] = await fleet.addDevices('shown');
    if (!device) throw new Error('not added');
    await fleet.own(device, 1_000);
    for (const state of ['queued', 'sending', 'held', 'idle']) await fleet.addRows(device, state);
    await setDevice(fleet.database, {
      name: 'shown',
      pacing: { caps: [parseCap('1/1h')] },
      actor: 'test',
      steal,
    });
    await fleet.sql(
      `insert into deliveries (sequence_contact_id, step_key, contact_id, device_id, message_id, to_jid, state, epoch, acked_at)
       select id, 'hello', contact_id, device_id, 'shown-1', 'x', 'sent', 1, now() from sequence_contacts
        where device_id = $1 and dispatch_state = 'idle'`,
      [device.deviceId],
    );
    const { details, pacing, inHand, advice } = await showDevice(fleet.database, 'shown', {
      defaults,
      steal,
    });
    expect(details).toMatchObject({
      rows: { queued: 1, sending: 1, held: 1, waiting: 1, due: 1 },
      sentLastHour: 1,
      owner: { live: true, host: 'host-a' },
    });
    expect(inHand.map(({ dispatchState }) => dispatchState).toSorted()).toEqual([
      'queued',
      'sending',
    ]);
    expect(pacing).toMatchObject({ kind: 'known', effective: { gap: defaults.gap } });
    expect(pacing.kind === 'known' && pacing.wait).toBeGreaterThan(durationMs(3_590_000));
    expect(advice.join('\n')).toMatch(
      /waits for its pace.*1 of its contacts wait for you to decide/s,
    );
  });

  // Caps that can't be read must not be taken for the defaults.
  it('says that an unreadable pacing keeps it from sending', async () => {
    const [device] = await fleet.addDevices('damaged');
    await fleet.sql(`update devices set pacing = '{"caps":[]}' where id = $1`, [device?.deviceId]);
    const { pacing, advice } = await showDevice(fleet.database, 'damaged', { defaults, steal });
    expect(pacing.kind).toBe('unreadable');
    expect(advice.join('\n')).toContain('device set damaged --clear-caps');
  });
});
