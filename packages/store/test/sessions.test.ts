import { type DeviceId, durationMs, epoch, type MessageId } from '@dripfleet/domain';
import {
  addDelivery,
  addDevice,
  addOwnedDevice,
  addRun,
  addSequence,
  addWorker,
  ago,
  type Columns,
  openTestStore,
  type OwnedDevice,
  type TestStore,
} from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  beginDeliveries,
  claimDevices,
  findDevices,
  findIdleDevices,
  findMessage,
  findWantedDevices,
  liftTimeLock,
  releaseDevices,
  restrictDevice,
  resumeDevices,
  type SessionState,
  setSessionState,
} from '../src/index.ts';
import { addReady, messageOf } from './begin-fixture.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => await store.close());

const hour = durationMs(3_600_000);
const horizon = durationMs(900_000);

async function sessionOf(device: DeviceId): Promise<Record<string, unknown> | undefined> {
  const [row] = await store.sql(
    `select session_state as state, state_reason as reason, restriction,
            extract(epoch from restricted_until - now()) > 0 as for_a_time from devices where id = $1`,
    [device],
  );
  return row;
}

describe('a time-lock', () => {
  const locked = { session_state: 'restricted', restriction: 'new_contacts' };

  test('keeps the device from a new contact: asked again when it ends, within the hour', async () => {
    // Guards: a message that WhatsApp refuses with 463, and counts against the account.
    const ready = await addReady(store, { device: locked });
    expect(await beginDeliveries(store.db, ready.device.worker, [ready.row])).toEqual([
      { kind: 'later', reason: 'new_contact' },
    ]);
    const [row] = await store.sql(
      `select dispatch_state, round(extract(epoch from next_trigger_time - now()) / 60) as minutes
         from sequence_contacts where id = $1`,
      [ready.run.id],
    );
    expect(row).toEqual({ dispatch_state: 'idle', minutes: 60 });
  });

  test.each<[string, Columns]>([
    ['it reached before', { state: 'sent' }],
    ['whose phone reported a message', { state: 'uncertain', delivered_at: new Date() }],
  ])('does not keep it from a contact that %s', async (_, delivery) => {
    const ready = await addReady(store, { device: locked });
    const earlier = await addRun(store, ready.device.deviceId, {
      sequence_id: await addSequence(store),
      status: 'completed',
    });
    await store.sql('update sequence_contacts set contact_id = $2 where id = $1', [
      earlier.id,
      ready.run.contactId,
    ]);
    await addDelivery(store, earlier, delivery);
    const [outcome] = await beginDeliveries(store.db, ready.device.worker, [ready.row]);
    expect(outcome).toMatchObject({ kind: 'begun' });
  });

  test.each<[string, Columns, boolean]>([
    ['it tried to reach and was refused', { state: 'failed' }, false],
    ['that another device reached', { state: 'sent' }, true],
  ])('keeps it from a contact that %s', async (_, delivery, byAnother) => {
    const ready = await addReady(store, { device: locked });
    const device = byAnother ? await addDevice(store) : ready.device.deviceId;
    const earlier = await addRun(store, device, { sequence_id: await addSequence(store) });
    await store.sql('update sequence_contacts set contact_id = $2 where id = $1', [
      earlier.id,
      ready.run.contactId,
    ]);
    await addDelivery(store, earlier, delivery);
    const [outcome] = await beginDeliveries(store.db, ready.device.worker, [ready.row]);
    expect(outcome).toEqual({ kind: 'later', reason: 'new_contact' });
  });

  test('does not keep it from a contact who wrote to it', async () => {
    const ready = await addReady(store, { device: locked });
    await store.sql(
      `insert into inbound_messages (device_id, message_id, contact_id, kind) values ($1, 'A', $2, 'reply')`,
      [ready.device.deviceId, ready.run.contactId],
    );
    const [outcome] = await beginDeliveries(store.db, ready.device.worker, [ready.row]);
    expect(outcome).toMatchObject({ kind: 'begun' });
  });

  test('that has run out stops nothing', async () => {
    const ready = await addReady(store, { device: { ...locked, restricted_until: ago(1_000) } });
    const [outcome] = await beginDeliveries(store.db, ready.device.worker, [ready.row]);
    expect(outcome).toMatchObject({ kind: 'begun' });
  });

  test('leaves what may have reached a new contact open: it is not sent again', async () => {
    const ready = await addReady(store, { device: locked, run: { dispatch_state: 'sending' } });
    await addDelivery(store, ready.run);
    const row = { ...ready.row, dispatchSeq: 'resend' as const, ...messageOf(ready.run.id) };
    expect(await beginDeliveries(store.db, ready.device.worker, [row])).toEqual([
      { kind: 'later', reason: 'new_contact' },
    ]);
    const rows = await store.sql('select dispatch_state from sequence_contacts where id = $1', [
      ready.run.id,
    ]);
    expect(rows).toEqual([{ dispatch_state: 'sending' }]);
  });
});

describe('what the network says of an account', () => {
  const towards = (whom: 'everybody' | 'new_contacts', duration = durationMs(0)) => ({
    towards: whom,
    reason: 'because',
    duration: duration === 0 ? undefined : duration,
  });

  test('is kept with its reason and its end', async () => {
    const device = await addDevice(store);
    await restrictDevice(store.db, device, towards('new_contacts', hour));
    expect(await sessionOf(device)).toEqual({
      state: 'restricted',
      reason: 'because',
      restriction: 'new_contacts',
      for_a_time: true,
    });
  });

  test('towards everybody is not weakened by one towards new contacts', async () => {
    const device = await addDevice(store);
    await restrictDevice(store.db, device, towards('everybody'));
    await restrictDevice(store.db, device, towards('new_contacts', hour));
    expect(await sessionOf(device)).toMatchObject({ restriction: 'everybody' });
    await liftTimeLock(store.db, device);
    expect(await sessionOf(device)).toMatchObject({ state: 'restricted' });
  });

  test('towards everybody without an end is not shortened; of two time-locks the shorter counts', async () => {
    const banned = await addDevice(store);
    await restrictDevice(store.db, banned, towards('everybody'));
    await restrictDevice(store.db, banned, towards('everybody', hour));
    expect(await sessionOf(banned)).toMatchObject({ for_a_time: null });
    const minutes = async (device: DeviceId) => {
      const sql = `select round(extract(epoch from restricted_until - now()) / 60)::integer as minutes
                     from devices where id = $1`;
      return (await store.sql(sql, [device]))[0]?.['minutes'];
    };
    for (const first of [1, 24]) {
      const device = await addDevice(store);
      await restrictDevice(store.db, device, towards('new_contacts', durationMs(first * hour)));
      await restrictDevice(
        store.db,
        device,
        towards('new_contacts', durationMs((25 - first) * hour)),
      );
      expect(await minutes(device)).toBe(60);
    }
  });

  test('a lifted time-lock is forgotten', async () => {
    const { deviceId } = await addOwnedDevice(store);
    await restrictDevice(store.db, deviceId, towards('new_contacts', hour));
    await liftTimeLock(store.db, deviceId);
    expect(await sessionOf(deviceId)).toMatchObject({ state: 'open', restriction: null });
  });

  test.each(['unpaired', 'logged_out', 'banned', 'conflict'])(
    'does not hide that the session has ended (%s)',
    async (session_state) => {
      const device = await addDevice(store, { session_state });
      await restrictDevice(store.db, device, towards('everybody'));
      expect(await sessionOf(device)).toMatchObject({
        state: session_state,
        restriction: 'everybody',
      });
    },
  );
});

describe('the state of a session', () => {
  const say = async (device: OwnedDevice, state: SessionState, reason?: string) =>
    await setSessionState(store.db, device, { state, reason });

  test('is the owner\u2019s to say, under its epoch', async () => {
    const device = await addOwnedDevice(store);
    const stranger = { ...device, worker: await addWorker(store) };
    await say(stranger, 'logged_out');
    await say({ ...device, epoch: epoch(6) }, 'logged_out');
    expect(await sessionOf(device.deviceId)).toMatchObject({ state: 'open' });
    await say(device, 'logged_out', 'unlinked');
    expect(await sessionOf(device.deviceId)).toMatchObject({
      state: 'logged_out',
      reason: 'unlinked',
    });
  });

  test('a connect does not hide a restriction that lasts, nor does the end of the session lift it', async () => {
    // Guards: a device that writes to new contacts again because it reconnected, or was paired anew.
    const device = await addOwnedDevice(store, {
      session_state: 'restricted',
      restriction: 'new_contacts',
      restricted_until: ago(-3_600_000),
    });
    await say(device, 'open');
    expect(await sessionOf(device.deviceId)).toMatchObject({ state: 'restricted' });
    for (const state of ['logged_out', 'pairing'] as const) {
      await say(device, state);
      expect(await sessionOf(device.deviceId)).toMatchObject({
        state,
        restriction: 'new_contacts',
      });
    }
    await say(device, 'connecting');
    expect(await sessionOf(device.deviceId)).toMatchObject({
      state: 'restricted',
      restriction: 'new_contacts',
    });
  });

  test('a restriction that has run out is gone with the next connect', async () => {
    const over = await addOwnedDevice(store, {
      session_state: 'restricted',
      restriction: 'everybody',
      restricted_until: ago(1_000),
    });
    await say(over, 'open');
    expect(await sessionOf(over.deviceId)).toMatchObject({ state: 'open', restriction: null });
  });

  test('is not written again when nothing has changed', async () => {
    const device = await addOwnedDevice(store, { state_since: ago(60_000) });
    const since = async () =>
      await store.sql('select state_since from devices where id = $1', [device.deviceId]);
    const before = await since();
    await say(device, 'open');
    await say(device, 'open', 'with a reason');
    expect(await since()).toEqual(before);
  });

  test('of a device that is given up while it is being paired is unpaired', async () => {
    const device = await addOwnedDevice(store, { session_state: 'pairing' });
    await releaseDevices(store.db, device.worker, [device]);
    expect(await sessionOf(device.deviceId)).toMatchObject({ state: 'unpaired' });
  });

  test.each(['unpaired', 'logged_out', 'banned', 'conflict', 'restricted'])(
    'resuming a device that is %s lets it try again',
    async (session_state) => {
      const device = await addDevice(store, { session_state, state_reason: 'because' });
      await resumeDevices(store.db, [device], { reason: undefined, actor: 'test' });
      expect(await sessionOf(device)).toMatchObject({ state: 'closed', reason: null });
    },
  );

  test('resuming does not end a restriction that WhatsApp gave an end', async () => {
    const device = await addDevice(store, {
      session_state: 'conflict',
      restriction: 'new_contacts',
      restricted_until: ago(-3_600_000),
    });
    await resumeDevices(store.db, [device], { reason: undefined, actor: 'test' });
    expect(await sessionOf(device)).toMatchObject({
      state: 'restricted',
      restriction: 'new_contacts',
      for_a_time: true,
    });
  });

  test.each<[string, Columns, boolean]>([
    ['closed', {}, true],
    ['paused', { desired_state: 'paused' }, true],
    [
      'restricted towards new contacts',
      { session_state: 'restricted', restriction: 'new_contacts' },
      true,
    ],
    [
      'restricted for a time that is over',
      { session_state: 'restricted', restricted_until: ago(1) },
      true,
    ],
    ['restricted', { session_state: 'restricted' }, false],
    ['unpaired', { session_state: 'unpaired' }, false],
    ['logged out', { session_state: 'logged_out' }, false],
    ['banned', { session_state: 'banned' }, false],
    ['in conflict', { session_state: 'conflict' }, false],
  ])('says whether the device may connect: %s', async (_, columns, may) => {
    const id = await addDevice(store, columns);
    const [device] = await findDevices(store.db, [id]);
    expect(device?.mayConnect).toBe(may);
  });
});

describe('a device without a due message is wanted all the same', () => {
  const isWanted = async (device: DeviceId) => {
    const me = await addWorker(store);
    const options = {
      steal: durationMs(24_000),
      horizon,
      engine: 'workers',
      limit: 1_000,
    } as const;
    return (await findWantedDevices(store.db, me, options)).free.includes(device);
  };
  const askToPair = async (device: DeviceId, columns: Columns = {}) => {
    const row = { state: 'requested', expires_at: ago(-60_000), ...columns };
    await store.sql(
      `insert into pairings (device_id, method, requested_by, state, expires_at) values ($1, 'qr', 'test', $2, $3)`,
      [device, row.state, row.expires_at],
    );
  };

  test.each<[string, Columns, boolean]>([
    ['requested', {}, true],
    ['waiting for the phone', { state: 'waiting' }, true],
    ['concluded', { state: 'failed' }, false],
    ['too old', { expires_at: ago(1_000) }, false],
  ])('to be paired: %s', async (_, columns, expected) => {
    const device = await addDevice(store, { phone: null, session_state: 'logged_out' });
    await askToPair(device, columns);
    expect(await isWanted(device)).toBe(expected);
    const worker = await addWorker(store);
    const request = { steal: durationMs(24_000), maySteal: false, engine: 'workers' } as const;
    const claimed = await claimDevices(store.db, worker, { devices: [device], ...request });
    expect(claimed).toHaveLength(expected ? 1 : 0);
    expect(await findIdleDevices(store.db, [device], horizon)).toEqual(expected ? [] : [device]);
  });

  test('to be kept online, as its label says', async () => {
    const device = await addDevice(store, { labels: JSON.stringify({ 'keep-online': 'yes' }) });
    expect(await isWanted(device)).toBe(true);
    expect(await findIdleDevices(store.db, [device], horizon)).toEqual([]);
    const banned = await addDevice(store, {
      labels: JSON.stringify({ 'keep-online': 'yes' }),
      session_state: 'banned',
    });
    expect(await isWanted(banned)).toBe(false);
  });

  test.each<[string, Columns, boolean]>([
    ['away for over four hours', { state_since: ago(4.1 * hour) }, true],
    ['away for less', { state_since: ago(3.9 * hour) }, false],
    ['long open', { session_state: 'open', state_since: ago(9 * hour) }, false],
  ])('to read replies when contacts are midway: %s', async (_, columns, expected) => {
    // Guards: replies that stay unread for days, and a device that WhatsApp unlinks for staying away.
    const device = await addDevice(store, columns);
    expect(await isWanted(device)).toBe(false);
    await addRun(store, device, {
      sequence_id: await addSequence(store),
      next_trigger_time: ago(-24 * hour),
    });
    expect(await isWanted(device)).toBe(expected);
  });
});

describe('a message for a phone that could not read it', () => {
  const find = async (device: DeviceId, columns: Columns) => {
    const run = await addRun(store, device, { sequence_id: await addSequence(store) });
    await addDelivery(store, run, columns);
    const id = `3EB0${String(run.id).padStart(18, '0')}` as MessageId;
    return await findMessage(store.db, device, id);
  };

  test('is what was sent', async () => {
    const device = await addDevice(store);
    expect(await find(device, { state: 'sent' })).toMatchObject({
      body: 'bound before',
      stepKey: 'hello',
    });
  });

  test.each<[string, Columns]>([
    ['never left', { state: 'ready' }],
    ['is over three days old', { state: 'sent', intent_at: ago(73 * hour) }],
    ['was erased', { state: 'sent', body: null }],
  ])('is not known when it %s', async (_, columns) => {
    expect(await find(await addDevice(store), columns)).toBeUndefined();
  });

  test('of another device is not known', async () => {
    const run = await addRun(store, await addDevice(store), {
      sequence_id: await addSequence(store),
    });
    await addDelivery(store, run, { state: 'sent' });
    const id = `3EB0${String(run.id).padStart(18, '0')}` as MessageId;
    expect(await findMessage(store.db, await addDevice(store), id)).toBeUndefined();
  });
});
