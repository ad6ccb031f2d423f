import type { Rows, TableName } from './rows.ts';

/** The values of a row's primary key, in the order of its columns. */
export type Keys = Readonly<{
  settings: [boolean];
  workers: [string];
  devices: [number];
  pairings: [number];
  sequences: [number];
  sequence_versions: [number, number];
  contacts: [number];
  suppressions: [string];
  sequence_contacts: [number];
  deliveries: [number, string, number];
  inbound_messages: [number, string];
  operator_actions: [number];
}>;

/** No two rows agree on all these columns, nulls apart; with `holdsFor`, only among the rows it is true for. */
export type Unique<R> = Readonly<{
  name: string;
  columns: readonly (keyof R & string)[];
  holdsFor?: Readonly<{ reads: keyof R & string; test: (row: R) => boolean }>;
}>;

export type TableDefinition<R> = Readonly<{
  key: readonly (keyof R & string)[];
  /** `id` is generated always as identity. */
  identity?: true;
  unique: readonly Unique<R>[];
  /** Columns to find rows by without reading all of them. */
  indexes: readonly (keyof R & string)[];
  /** What the migrations default; every column that may be null is named here. */
  defaults: (now: number) => Partial<R>;
  checks: readonly Readonly<{ name: string; holds: (row: R) => boolean }>[];
}>;

const key = /^[a-z0-9_-]{1,40}$/;
const phone = /^\+[1-9][0-9]{4,14}$/;

const isDispatchState = oneOf('idle queued sending held');
const isRunStatus = oneOf('active paused completed exited failed');
const isDeliveryState = oneOf('ready sending sent failed uncertain cancelled');
const isErrorClass = oneOf('not_sent unconfirmed contact account content poison');
const isSequenceStatus = oneOf('draft active paused archived');
const isDesiredState = oneOf('running paused draining drained');
const isSessionState = oneOf(
  'closed unpaired pairing connecting open restricted logged_out banned conflict unreachable quarantined',
);

/** The migrations' schema, as far as the production statements lean on it. */
export const schema: { readonly [T in TableName]: TableDefinition<Rows[T]> } = {
  settings: {
    key: ['only_row'],
    unique: [],
    indexes: [],
    defaults: (now) => ({ only_row: true, installed_at: now }),
    checks: [],
  },
  workers: {
    key: ['id'],
    unique: [],
    indexes: [],
    defaults: (now) => ({
      started_at: now,
      last_heartbeat_at: now,
      redis_ok: true,
      draining: false,
      engine: 'workers',
      wanted_devices: null,
    }),
    checks: [{ name: 'workers_capacity_check', holds: (row) => row.capacity > 0 }],
  },
  devices: {
    key: ['id'],
    identity: true,
    unique: [
      { name: 'devices_name_key', columns: ['name'] },
      { name: 'devices_phone_key', columns: ['phone'] },
    ],
    indexes: ['owner_worker_id'],
    defaults: (now) => ({
      phone: null,
      labels: {},
      desired_state: 'running',
      desired_reason: null,
      paused_until: null,
      session_state: 'closed',
      state_reason: null,
      state_since: now,
      restricted_until: null,
      engine: 'workers',
      pacing: null,
      pacing_version: 0,
      owner_worker_id: null,
      owner_epoch: 0,
      owner_claimed_at: null,
      reserved_for: null,
      reserved_until: null,
      created_at: now,
      restriction: null,
    }),
    checks: [
      { name: 'devices_phone_check', holds: (row) => row.phone === null || phone.test(row.phone) },
      { name: 'devices_desired_state_check', holds: (row) => isDesiredState(row.desired_state) },
      { name: 'devices_session_state_check', holds: (row) => isSessionState(row.session_state) },
    ],
  },
  pairings: {
    key: ['device_id'],
    unique: [],
    indexes: [],
    defaults: (now) => ({
      requested_at: now,
      state: 'requested',
      reason: null,
      challenge: null,
      challenge_expires_at: null,
    }),
    checks: [],
  },
  sequences: {
    key: ['id'],
    identity: true,
    unique: [{ name: 'sequences_name_key', columns: ['name'] }],
    indexes: ['name'],
    defaults: (now) => ({ status: 'active', created_at: now }),
    checks: [{ name: 'sequences_status_check', holds: (row) => isSequenceStatus(row.status) }],
  },
  sequence_versions: {
    key: ['sequence_id', 'version'],
    unique: [],
    indexes: [],
    defaults: (now) => ({ published_at: now }),
    checks: [],
  },
  contacts: {
    key: ['id'],
    identity: true,
    unique: [{ name: 'contacts_phone_key', columns: ['phone'] }],
    indexes: ['phone'],
    defaults: (now) => ({
      name: null,
      time_zone: null,
      attributes: {},
      consent_source: null,
      consent_at: null,
      suppressed_at: null,
      created_at: now,
    }),
    checks: [{ name: 'contacts_phone_check', holds: (row) => phone.test(row.phone) }],
  },
  suppressions: {
    key: ['phone_hash'],
    unique: [],
    indexes: [],
    defaults: (now) => ({ at: now }),
    checks: [],
  },
  sequence_contacts: {
    key: ['id'],
    identity: true,
    unique: [
      {
        name: 'sequence_contacts_sequence_id_import_key_key',
        columns: ['sequence_id', 'import_key'],
      },
      {
        name: 'sequence_contacts_one_run',
        columns: ['sequence_id', 'contact_id'],
        holdsFor: {
          reads: 'status',
          test: ({ status }) => status === 'active' || status === 'paused',
        },
      },
      // Made last (migration 0008), and looked at last: which index meets a conflict first decides whether one waits for it.
      {
        name: 'sequence_contacts_contact_id_sequence_id_run_no_key',
        columns: ['contact_id', 'sequence_id', 'run_no'],
      },
    ],
    indexes: ['device_id', 'contact_id'],
    defaults: (now) => ({
      run_no: 1,
      next_step_key: null,
      priority: 1,
      status: 'active',
      exit_reason: null,
      dispatch_state: 'idle',
      dispatch_seq: 0,
      crash_count: 0,
      assigned_worker_id: null,
      worker_assigned_at: null,
      import_key: null,
      enrolled_at: now,
      finished_at: null,
    }),
    checks: [
      {
        name: 'sequence_contacts_next_step_key_check',
        holds: (row) => row.next_step_key === null || key.test(row.next_step_key),
      },
      { name: 'sequence_contacts_status_check', holds: (row) => isRunStatus(row.status) },
      {
        name: 'sequence_contacts_dispatch_state_check',
        holds: (row) => isDispatchState(row.dispatch_state),
      },
    ],
  },
  deliveries: {
    key: ['sequence_contact_id', 'step_key', 'cycle'],
    unique: [{ name: 'deliveries_message_id_key', columns: ['message_id'] }],
    indexes: ['sequence_contact_id', 'device_id', 'message_id'],
    defaults: (now) => ({
      cycle: 0,
      body: null,
      attempts: 1,
      resends: 0,
      intent_at: now,
      last_attempt_at: now,
      concluded_at: null,
      acked_at: null,
      delivered_at: null,
      read_at: null,
      error_class: null,
      error_code: null,
    }),
    checks: [
      { name: 'deliveries_step_key_check', holds: (row) => key.test(row.step_key) },
      { name: 'deliveries_state_check', holds: (row) => isDeliveryState(row.state) },
      { name: 'deliveries_error_class_check', holds: (row) => isErrorClass(row.error_class) },
    ],
  },
  inbound_messages: {
    key: ['device_id', 'message_id'],
    unique: [],
    indexes: ['contact_id'],
    defaults: (now) => ({ contact_id: null, heard_at: now }),
    checks: [],
  },
  operator_actions: {
    key: ['id'],
    identity: true,
    unique: [],
    indexes: [],
    defaults: (now) => ({ at: now, reason: null, detail: {} }),
    checks: [],
  },
};

/** In the order in which a dump shows them. */
export const tableNames = Object.keys(schema) as readonly TableName[];

export type StoredKey = string | number | boolean;

/** A primary key as the key of a Map: its only value, or all of them joined. */
export function storedKey(values: readonly StoredKey[]): StoredKey {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values.join('\u0000');
}

export function keyOf<T extends TableName>(table: T, row: Rows[T]): StoredKey {
  const columns = definitionOf(table).key;
  return storedKey(columns.map((column) => row[column] as StoredKey));
}

/** Orders rows of one table by their primary key. */
export function compareRows<T extends TableName>(table: T): (a: Rows[T], b: Rows[T]) => number {
  const columns = definitionOf(table).key;
  return (a, b) => {
    for (const column of columns) {
      if (a[column] < b[column]) return -1;
      if (a[column] > b[column]) return 1;
    }
    return 0;
  };
}

/** The table's definition, typed by its name. */
export function definitionOf<T extends TableName>(table: T): TableDefinition<Rows[T]> {
  return schema[table];
}

/** Whether a value is null or one of these words. */
function oneOf(words: string): (value: string | null) => boolean {
  const allowed = new Set(words.split(' '));
  return (value) => value === null || allowed.has(value);
}
