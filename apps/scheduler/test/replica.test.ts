import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { type DeviceId, durationMs, type SequenceId } from '@dripfleet/domain';
import { systemClock } from '@dripfleet/runtime';
import { type Database, openDatabase } from '@dripfleet/store';
import {
  addDevice,
  addRun,
  addSequence,
  addWorker,
  ago,
  openReplicatedStore,
  type ReplicatedStore,
  runSql,
} from '@dripfleet/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { SchedulerEvent } from '../src/events.ts';
import { schedulerEngine } from '../src/scheduler-engine.ts';

let store: ReplicatedStore;
let line: Line;
let replica: Database;
let sequence: SequenceId;
let events: SchedulerEvent[];
let stop: AbortController;
let running: Promise<void>;

beforeAll(async () => {
  store = await openReplicatedStore();
  sequence = await addSequence(store);
  line = await openLine(store.replicaUrl);
  replica = openDatabase({ url: line.url, applicationName: 'test', connectionsMax: 1 });
}, 60_000);
afterAll(async () => {
  await replica.close();
  await line.cut();
  await store.close();
});

/** A scheduler over the replica, every 50 ms, whose queues take everything. */
beforeEach(async () => {
  await store.sql('delete from workers');
  await addWorker(store);
  events = [];
  stop = new AbortController();
  const engine = schedulerEngine({
    parts: {
      clock: systemClock,
      db: store.db,
      replica,
      queues: {
        enqueue: () => Promise.resolve([]),
        reset: () => {},
        takesWrites: () => Promise.resolve(true),
        findJobIds: () => Promise.resolve(new Set()),
        isSentinelSet: () => Promise.resolve(true),
        setSentinel: () => Promise.resolve(),
      },
    },
    observe: (event) => events.push(event),
    config: { TRIGGER_INTERVAL: durationMs(50), WORKER_QUEUE_SIZE: 100 },
    health: { works: true },
  });
  running = engine.run(stop.signal);
});
afterEach(async () => {
  stop.abort();
  await running;
  await onReplica('select pg_wal_replay_resume()');
});

const onReplica = async (text: string) => await runSql(store.replicaUrl, text);
/** Until the replica has heard of everything so far. */
const inStep = async () => {
  const [row] = await store.sql<{ at: string }>('select pg_current_wal_insert_lsn() as at');
  await vi.waitFor(async () => {
    const [heard] = await onReplica(`select pg_last_wal_replay_lsn() >= '${row?.at}' as is`);
    expect(heard).toEqual({ is: true });
  }, 10_000);
};
const stateOf = async (id: number) => {
  const [row] = await store.sql<{ dispatch_state: string }>(
    'select dispatch_state from sequence_contacts where id = $1',
    [id],
  );
  return row?.dispatch_state;
};
const untilQueued = async (id: number) =>
  await vi.waitFor(async () => expect(await stateOf(id)).toBe('queued'), 10_000);
/** Until so many passes that began after now have ended. */
const passes = async (count: number) => {
  const done = () => events.filter(({ kind }) => kind === 'triggers.processed').length;
  const goal = done() + count + 1;
  await vi.waitFor(() => expect(done()).toBeGreaterThanOrEqual(goal), 10_000);
};
const reaches = () => events.flatMap((event) => ('devices' in event ? [event.devices] : []));
const due = async (device: DeviceId) => (await addRun(store, device, { sequence_id: sequence })).id;

test('what is due is found on the replica and queued on the primary', async () => {
  const device = await addDevice(store);
  // Until it has heard that a worker lives, the replica is passed over.
  await inStep();
  await passes(1);
  const before = reaches().length;
  await untilQueued(await due(device));
  expect(reaches().slice(before)).not.toContain('all');
});

test('the primary has the last word: a device that was paused since is left alone', async () => {
  const [paused, running_] = [await addDevice(store), await addDevice(store)];
  await inStep();
  await onReplica('select pg_wal_replay_pause()');
  await store.sql("update devices set desired_state = 'paused' where id = $1", [paused]);
  const [held, free] = [await due(paused), await due(running_)];
  await store.sql("update devices set desired_state = 'paused' where id = $1", [running_]);
  await onReplica('select pg_wal_replay_resume()');
  await store.sql("update devices set desired_state = 'running' where id = $1", [running_]);
  await untilQueued(free);
  await passes(3);
  expect(await stateOf(held)).toBe('idle');
});

test('a replica that lags costs delay only', async () => {
  const device = await addDevice(store);
  await inStep();
  await onReplica('select pg_wal_replay_pause()');
  const late = await due(device);
  await passes(3);
  expect(await stateOf(late)).toBe('idle');
  await onReplica('select pg_wal_replay_resume()');
  await untilQueued(late);
});

test('one that lags far behind is passed over', async () => {
  const device = await addDevice(store);
  await store.sql('update workers set last_heartbeat_at = $1', [ago(60_000)]);
  await inStep();
  await onReplica('select pg_wal_replay_pause()');
  await store.sql('update workers set last_heartbeat_at = now()');
  await untilQueued(await due(device));
  expect(events.map(({ kind }) => kind)).toContain('replica.behind');
  expect(reaches()).toContain('all');
});

test('one that dies is passed over, and asked again when it is back', async () => {
  const device = await addDevice(store);
  await inStep();
  await line.cut();
  await untilQueued(await due(device));
  expect(events).toContainEqual(expect.objectContaining({ kind: 'problem', where: 'replica' }));
  await line.mend();
  const before = reaches().length;
  await vi.waitFor(() => expect(reaches().slice(before)).toContain(0), 20_000);
  await untilQueued(await due(device));
});

/** A way to a server that can be cut. */
type Line = Readonly<{ url: string; cut(): Promise<void>; mend(): Promise<void> }>;

async function openLine(to: string): Promise<Line> {
  const target = new URL(to);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  };
  const open = async (port: number): Promise<Server> => {
    const server = createServer((near) => {
      const far = connect(Number(target.port), target.hostname);
      for (const socket of [near, far]) keep(socket);
      near.pipe(far).pipe(near);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server = await open(0);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = server.address() as AddressInfo;
  const url = new URL(to);
  url.port = String(port);
  return {
    url: url.href,
    cut: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    mend: async () => {
      server = await open(port);
    },
  };
}
