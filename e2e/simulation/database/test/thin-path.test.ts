import {
  deviceId,
  durationMs,
  type MessageId,
  optOutKey,
  sequenceContactId,
  stepKey,
  workerId,
} from '@dripfleet/domain';
import {
  beginDeliveries,
  claimDevices,
  findOpenDeliveries,
  finishDeliveries,
  loadDeliveries,
  registerWorker,
  lockShards,
  queueDue,
} from '@dripfleet/store';
import { FakeClock } from '@dripfleet/testkit';
import { expect, test } from 'vitest';

import { SimulatedDatabase } from '../simulated-database.ts';

const worker = workerId('00000000-0000-4000-8000-00000000000a');
const steal = durationMs(24_000);

function openWorld() {
  const clock = new FakeClock();
  const database = new SimulatedDatabase({ clock });
  const device = database.insert('devices', { name: 'sales-01', phone: '+491700000001' });
  const sequence = database.insert('sequences', { name: 'welcome', current_version: 1 });
  database.insert('sequence_versions', {
    sequence_id: sequence.id,
    version: 1,
    definition: { steps: [] },
  });
  const contact = database.insert('contacts', {
    phone: '+491700000099',
    consent_source: 'form',
    consent_at: clock.now(),
  });
  const run = database.insert('sequence_contacts', {
    sequence_id: sequence.id,
    version: 1,
    contact_id: contact.id,
    device_id: device.id,
    next_step_key: 'hello',
    next_trigger_time: clock.now(),
  });
  return { clock, database, db: database.connect(), device, run };
}

// The store's own functions, unmodified: what they read and write is what the statements here give and take.
test('a due step is queued, begun, finished, and its run is complete', async () => {
  const { database, db, device, run, clock } = openWorld();
  await registerWorker(db, worker, { host: 'h', build: 'b', capacity: 10, engine: 'workers' });
  const [claimed] = await claimDevices(db, worker, {
    devices: [deviceId(device.id)],
    steal,
    maySteal: false,
    engine: 'workers',
  });
  expect(claimed).toMatchObject({ epoch: 1, previousOwner: undefined });

  const due = await queueDue(db, {
    shards: [device.id % 64],
    queueSize: 5,
    engine: 'workers',
  });
  expect(due).toEqual([
    { sequenceContactId: run.id, deviceId: device.id, dispatchSeq: 1, stepKey: 'hello' },
  ]);
  const [loaded] = await loadDeliveries(db, [sequenceContactId(run.id)]);
  expect(loaded).toMatchObject({
    phone: '+491700000099',
    attempts: 0,
    contents: { bound: undefined },
  });

  const ask = {
    sequenceContactId: sequenceContactId(run.id),
    dispatchSeq: 1,
    stepKey: stepKey('hello'),
    deviceId: deviceId(device.id),
    epoch: claimed?.epoch ?? (0 as never),
    pacingVersion: 0,
    messageId: '3EB0AA' as MessageId,
    toJid: '491700000099@s.whatsapp.net',
    body: 'Hello',
  };
  expect(await beginDeliveries(db, worker, [ask])).toEqual([
    { kind: 'begun', messageId: ask.messageId, toJid: ask.toJid, body: 'Hello', attempt: 1 },
  ]);
  expect(await beginDeliveries(db, worker, [ask])).toEqual([{ kind: 'stale' }]);
  expect(await findOpenDeliveries(db, deviceId(device.id))).toHaveLength(1);

  await clock.advance(400);
  const fact = {
    sequenceContactId: ask.sequenceContactId,
    stepKey: ask.stepKey,
    attempt: 1,
    state: 'sent',
    error: undefined,
    move: { kind: 'complete' },
  } as const;
  expect(await finishDeliveries(db, [fact])).toEqual(['stored']);
  expect(await finishDeliveries(db, [fact])).toEqual(['already']);
  const { deliveries, sequence_contacts: runs } = database.dump();
  expect(deliveries).toMatchObject([{ state: 'sent', attempts: 1, acked_at: clock.now() }]);
  expect(runs).toMatchObject([{ status: 'completed', next_step_key: null, crash_count: 0 }]);
});

// Guards the filter that begin's fence stands behind: two schedulers that fill one device's room twice.
test('one scheduler at a time fills a shard', async () => {
  const { database, db, device } = openWorld();
  const other = database.connect();
  await db.transaction(async (tx) => {
    expect(await lockShards(tx, [device.id % 64])).toEqual([device.id % 64]);
    await other.transaction(async (otherTx) => {
      expect(await lockShards(otherTx, [device.id % 64])).toEqual([]);
    });
  });
});

// A begin that waited for a row would hold up all other devices of its batch.
test('begin answers busy where another transaction holds the device', async () => {
  const { database, db, device, run } = openWorld();
  const [claimed] = await claimDevices(db, worker, {
    devices: [deviceId(device.id)],
    steal,
    maySteal: false,
    engine: 'workers',
  });
  const ask = {
    sequenceContactId: sequenceContactId(run.id),
    dispatchSeq: 1,
    stepKey: optOutKey,
    deviceId: deviceId(device.id),
    epoch: claimed?.epoch ?? (0 as never),
    pacingVersion: 0,
    messageId: '3EB0AA' as MessageId,
    toJid: 'x@s.whatsapp.net',
    body: 'Hello',
  };
  const before = database.dump();
  await database.connect().transaction(async (tx) => {
    // A claim locks the row of the device, and gets none of another's.
    const claim = {
      devices: [deviceId(device.id)],
      steal,
      maySteal: false,
      engine: 'workers',
    } as const;
    await claimDevices(tx, worker, claim);
    expect(await beginDeliveries(db, worker, [ask])).toEqual([{ kind: 'busy' }]);
    expect(database.dump()).toEqual(before);
  });
});
