import { openRedis } from '@dripfleet/fleet';
import {
  DeviceQueueProducer,
  findJobIds,
  isSentinelSet,
  redisTakesWrites,
  setSentinel,
} from '@dripfleet/queue';
import { systemClock } from '@dripfleet/runtime';
import { findStaleQueued, queueDue, returnToIdle } from '@dripfleet/store';
import {
  addSequence,
  createTestRedis,
  openTestStore,
  type TestRedis,
  type TestStore,
} from '@dripfleet/testkit';
import type { SchedulerEvent } from '../src/events.ts';
import type { TriggersDeps } from '../src/process-triggers.ts';
import type { ReconcileDeps } from '../src/reconcile.ts';

/** Real Postgres and Redis, and what a scheduler is made of, with everything it reports. */
export type Bench = Readonly<{
  store: TestStore;
  testRedis: TestRedis;
  redis: ReturnType<typeof openRedis>;
  events: SchedulerEvent[];
  /** As start-scheduler.ts wires it; each call is a scheduler of its own. */
  triggers(): TriggersDeps;
  reconciling(): ReconcileDeps;
  close(): Promise<void>;
}>;

/** `ownRedis` instead of a database of the shared one, for a test that changes its settings. */
export async function openBench(ownRedis?: TestRedis): Promise<Bench> {
  const store = await openTestStore({ connectionsMax: 20 });
  const testRedis = ownRedis ?? (await createTestRedis());
  const redis = openRedis(testRedis.url, { connectionName: 'test', use: 'commands' });
  await new Promise((resolve) => {
    redis.once('ready', resolve);
  });
  const events: SchedulerEvent[] = [];
  const producer = new DeviceQueueProducer(redis);
  return {
    store,
    testRedis,
    redis,
    events,
    triggers: () => {
      const own = new DeviceQueueProducer(redis);
      return {
        clock: systemClock,
        observe: (event) => events.push(event),
        queueDue: async (portion) =>
          await queueDue(store.db, { ...portion, queueSize: 100, engine: 'workers' }),
        enqueue: async (rows) => await own.enqueue(rows),
        returnToIdle: async (rows) => await returnToIdle(store.db, rows, 'unknown'),
        redisTakesWrites: async () => await redisTakesWrites(redis),
      };
    },
    reconciling: () => ({
      observe: (event) => events.push(event),
      findStaleQueued: async (options) => await findStaleQueued(store.db, options),
      findJobIds: async (ids) => await findJobIds(redis, ids),
      returnToIdle: async (rows) => await returnToIdle(store.db, rows, 'unknown'),
      isSentinelSet: async () => await isSentinelSet(redis),
      setSentinel: async () => await setSentinel(redis),
      resetProducer: () => producer.reset(),
    }),
    close: async () => {
      redis.disconnect();
      await testRedis.release();
      await store.close();
    },
  };
}

/** Devices with so many due rows each, in one statement. */
export async function addFleet(
  store: TestStore,
  { devices, rowsEach }: { devices: number; rowsEach: number },
): Promise<void> {
  const sequence = await addSequence(store);
  await store.sql(
    `with device as (
       insert into devices (name, phone)
       select 'fleet-' || n, '+1666' || lpad(n::text, 7, '0') from generate_series(1, $1::int) n
       returning id
     ), person as (
       insert into contacts (phone, name, consent_at)
       select '+1999' || lpad(n::text, 7, '0'), 'Ana', now() from generate_series(1, $1::int * $2::int) n
       returning id
     ), pair as (
       select d.id as device_id, p.id as contact_id
         from (select id, row_number() over (order by id) - 1 as n from device) d
         join (select id, row_number() over (order by id) - 1 as n from person) p on p.n % $1::int = d.n
     )
     insert into sequence_contacts (sequence_id, version, contact_id, device_id, next_step_key, next_trigger_time)
     select $3, 1, contact_id, device_id, 'hello', now() - interval '1 s' from pair`,
    [devices, rowsEach, sequence],
  );
}
