import { finishDeliveries } from '@dripfleet/store';
import type { Session, SessionRequest, Transport } from '@dripfleet/transport';
import type { WorkerParts } from '@dripfleet/worker';
import type { Rows, TableName } from '../database/rows.ts';
import type { Statement, StatementContext } from '../database/statement-context.ts';
import { statements } from '../database/statements/index.ts';
import type { Rule } from '../oracle/violation.ts';
import { type Guardless, noAlterations } from '../run/guardless.ts';

/** The engine without one of its guards, and the promises of which one must be seen to break. */
export type Mutation = Readonly<{
  name: string;
  guardless: Guardless;
  breaks: readonly Rule[];
  /** The faults that make it show soon, by their kinds; all unless told. */
  faults?: readonly string[];
}>;

type Rewrite = (original: Statement) => Statement;

function rewritten(changes: Readonly<Record<string, Rewrite>>): Guardless {
  const changed = new Map(statements);
  for (const [name, rewrite] of Object.entries(changes)) {
    const original = statements.get(name);
    if (!original) throw new Error(`there is no statement ${name}`);
    changed.set(name, rewrite(original));
  }
  return { ...noAlterations, database: { statements: changed } };
}

/** The same statement with other parameters. */
const given =
  (change: (values: readonly unknown[]) => readonly unknown[]): Rewrite =>
  (original) =>
  (tx, values) =>
    original(tx, change(values));

/** The same statement, which sees other rows of one table than there are. */
const seeing =
  <T extends TableName>(table: T, change: (row: Rows[T]) => Rows[T]): Rewrite =>
  (original) =>
  (tx, values) => {
    const see = <F extends TableName>(from: F, row: Rows[F]): Rows[F] => {
      const read: TableName = from;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both are rows of one table then
      return read === table ? (change(row as unknown as Rows[T]) as unknown as Rows[F]) : row;
    };
    const altered: StatementContext = {
      ...bound(tx),
      get: (from, ...key) => {
        const row = tx.get(from, ...key);
        return row && see(from, row);
      },
      where: (from, column, value) => tx.where(from, column, value).map((row) => see(from, row)),
      all: (from) => tx.all(from).map((row) => see(from, row)),
    };
    return original(altered, values);
  };

/** The methods of a context, so that some can be replaced. */
function bound(tx: StatementContext): StatementContext {
  return {
    now: tx.now,
    get: tx.get.bind(tx),
    where: tx.where.bind(tx),
    all: tx.all.bind(tx),
    lock: tx.lock.bind(tx),
    tryLock: tx.tryLock.bind(tx),
    advisoryLock: tx.advisoryLock.bind(tx),
    tryAdvisoryLock: tx.tryAdvisoryLock.bind(tx),
    insert: tx.insert.bind(tx),
    insertUnless: tx.insertUnless.bind(tx),
    update: tx.update.bind(tx),
    delete: tx.delete.bind(tx),
  };
}

const nothing: Rewrite = () => () => [];

function withTransport(wrap: (transport: Transport) => Transport): Guardless {
  return {
    ...noAlterations,
    worker: (parts) => ({
      ...parts,
      network: { ...parts.network, transport: wrap(parts.network.transport) },
    }),
  };
}

function withSessions(
  wrap: (session: Session) => Session,
  request: (given: SessionRequest) => SessionRequest,
): Guardless {
  return withTransport((transport) => ({
    ...transport,
    open: async (asked, signal) => wrap(await transport.open(request(asked), signal)),
  }));
}

const anyway = () => undefined;
/** What makes a worker miss its heartbeats. */
const stalls: readonly string[] = `
  worker_stopped worker_suspended postgres_cut postgres_down trap worker_killed redis_emptied locks_expired`
  .trim()
  .split(/\s+/);

const unconfirmed = {
  state: 'sending',
  error: { class: 'unconfirmed', code: 'not_believed' },
  move: { kind: 'hold' },
} as const;

/** A lease that a late heartbeat revives: the gate asks only how old the last answered heartbeat is. */
function revivable(parts: WorkerParts): WorkerParts {
  const { clock, heartbeatDb, network } = parts;
  let answered = -Infinity;
  const isAlive = () => (clock.monotonic() - answered < 14_000 ? undefined : ('fenced' as const));
  return {
    ...parts,
    heartbeatDb: {
      ...heartbeatDb,
      run: async (name, values) => {
        const sent = clock.monotonic();
        const rows = await heartbeatDb.run<never>(name, values);
        answered = sent;
        return rows;
      },
      transaction: (work) => heartbeatDb.transaction(work),
      close: () => heartbeatDb.close(),
    },
    network: {
      ...network,
      transport: {
        ...network.transport,
        open: async (request, signal) => {
          const session = await network.transport.open({ ...request, gate: isAlive }, signal);
          return {
            ...session,
            send: (message, gate) =>
              session.send(message, () => (gate() === 'fenced' ? undefined : gate())),
            terminate: () => {},
          };
        },
      },
    },
  };
}

export const mutations: readonly Mutation[] = [
  {
    name: 'no gate before a frame or a connect',
    guardless: withSessions(
      (session) => ({
        ...session,
        send: (message) => session.send(message, anyway),
        terminate: () => {},
      }),
      (request) => ({ ...request, gate: anyway }),
    ),
    breaks: ['frame_by_other', 'connect_by_other', 'frame_without_heartbeat', 'two_sessions'],
    faults: stalls,
  },
  {
    name: 'a late heartbeat revives the lease',
    guardless: { ...noAlterations, worker: revivable },
    breaks: ['frame_by_other', 'connect_by_other', 'two_sessions'],
    faults: stalls,
  },
  {
    name: 'a live owner may be claimed from: the Redis lock alone decides',
    guardless: rewritten({
      'claim-devices': given(([worker, devices, , , engine]) => [worker, devices, 0, true, engine]),
      'find-wanted-devices': given(([worker, , horizon, engine, limit]) => [
        worker,
        0,
        horizon,
        engine,
        limit,
      ]),
    }),
    breaks: ['frame_by_other', 'connect_by_other', 'two_sessions'],
  },
  {
    name: 'the device is given up before its session is closed',
    guardless: withSessions(
      (session) => ({ ...session, close: () => Promise.resolve(), terminate: () => {} }),
      (request) => request,
    ),
    breaks: ['two_sessions', 'frame_by_other'],
    faults: ['worker_terminated', 'device_drained'],
  },
  {
    name: 'rows whose job was lost are not put back',
    guardless: rewritten({ 'find-stale-queued': nothing }),
    breaks: ['stuck'],
  },
  {
    name: 'what may have left is not recovered',
    guardless: rewritten({ 'find-open-deliveries': nothing }),
    breaks: ['stuck'],
  },
  {
    name: 'only what the present owner began is recovered',
    guardless: rewritten({
      'find-open-deliveries': (original) => (tx, values) =>
        original(tx, values).filter((row) => {
          const key = [Number(row['sequence_contact_id']), String(row['step_key']), 0] as const;
          const { epoch, device_id: device } = tx.get('deliveries', ...key) ?? {};
          return device !== undefined && tx.get('devices', device)?.owner_epoch === epoch;
        }),
    }),
    breaks: ['stuck'],
  },
  {
    name: 'what may have left is taken for sent',
    guardless: rewritten({
      'find-open-deliveries': (original) => (tx, values) =>
        original(tx, values).map((row) => ({ ...row, delivered: true })),
    }),
    breaks: ['lost', 'order'],
  },
  {
    name: 'an acknowledgement is not believed',
    guardless: {
      ...noAlterations,
      worker: (parts) => ({
        ...parts,
        store: {
          ...parts.store,
          finish: async (row) =>
            await parts.store.finish(
              row.state === 'sent' && row.attempt === 1 ? { ...row, ...unconfirmed } : row,
            ),
        },
      }),
    },
    breaks: ['needless_repeat'],
    faults: ['device_drained'],
  },
  {
    name: 'what a contact writes is not heard',
    guardless: withSessions(
      (session) => session,
      (request) => ({
        ...request,
        events: { ...request.events, onInbound: () => Promise.resolve('stored') },
      }),
    ),
    breaks: ['opt_out_lost', 'after_opt_out'],
    faults: ['contact_stop'],
  },
  {
    name: 'each attempt has an id of its own',
    guardless: rewritten({
      'begin-deliveries': (original) => (tx, values) =>
        original(tx, values).map((row) => ({
          ...row,
          message_id: `${String(row['message_id'])}-${String(row['attempts'])}`,
        })),
    }),
    breaks: ['different_id'],
  },
  {
    name: 'begin does not ask whether the number has opted out',
    guardless: rewritten({
      'begin-deliveries': seeing('contacts', (contact) => ({ ...contact, suppressed_at: null })),
      'exit-runs': nothing,
    }),
    breaks: ['after_opt_out'],
  },
  {
    name: 'begin does not ask whether the device may send',
    guardless: rewritten({
      'begin-deliveries': seeing('devices', (device) => ({ ...device, desired_state: 'running' })),
    }),
    breaks: ['while_stopped'],
    faults: ['device_paused', 'device_drained'],
  },
  {
    name: 'begin does not ask whether the sequence is paused',
    guardless: rewritten({
      'begin-deliveries': seeing('sequences', (sequence) => ({ ...sequence, status: 'active' })),
    }),
    breaks: ['while_stopped'],
    faults: ['sequence_paused'],
  },
  {
    name: 'a new owner does not count what was sent before it',
    guardless: rewritten({ 'find-transmissions': nothing }),
    breaks: ['cap_passed'],
  },
  {
    name: 'a fact that could not be stored is forgotten',
    guardless: {
      ...noAlterations,
      worker: (parts) => ({
        ...parts,
        store: {
          ...parts.store,
          finish: async (row) => {
            try {
              return (await finishDeliveries(parts.db, [row]))[0] ?? 'unknown';
            } catch {
              return 'unknown';
            }
          },
        },
      }),
    },
    breaks: ['stuck', 'needless_repeat'],
    faults: ['postgres_down', 'postgres_cut'],
  },
  {
    name: 'a row that processes die of is tried for ever',
    guardless: rewritten({
      'load-deliveries': (original) => (tx, values) =>
        original(tx, values).map((row) => ({ ...row, crash_count: 0 })),
      'find-open-deliveries': (original) => (tx, values) =>
        original(tx, values).map((row) => ({ ...row, crash_count: 0, resends: 0 })),
    }),
    breaks: ['stuck'],
    faults: ['contact_poisoned', 'worker_stopped'],
  },
];
