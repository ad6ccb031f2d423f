import { randomUUID } from 'node:crypto';
import {
  type ContactId,
  contactId,
  type DeviceId,
  deviceId,
  type Epoch,
  epoch,
  type SequenceContactId,
  sequenceContactId,
  type SequenceId,
  sequenceId,
  type WorkerId,
  workerId,
} from '@dripfleet/domain';
import type { TestStore } from './open-test-store.ts';

/** Columns as Postgres names them; they win over the builder's. */
export type Columns = Readonly<Record<string, unknown>>;

let made = 0;
const next = (): number => (made += 1);

/** An instant so long ago; negative is to come. */
export const ago = (ms: number): Date => new Date(Date.now() - ms);

/** A worker heard from `heartbeatAge` ms ago. */
export async function addWorker(
  store: TestStore,
  { heartbeatAge = 0, ...columns }: Columns & { heartbeatAge?: number } = {},
): Promise<WorkerId> {
  const id = randomUUID();
  const last = ago(heartbeatAge);
  const row = { id, host: 'host-a', build: 'test', capacity: 500, last_heartbeat_at: last };
  await insert(store, 'workers', { ...row, ...columns });
  return workerId(id);
}

/** A device that may send and that nobody owns. */
export async function addDevice(store: TestStore, columns: Columns = {}): Promise<DeviceId> {
  const n = next();
  const phone = `+1555${String(n).padStart(7, '0')}`;
  return deviceId(await insert(store, 'devices', { name: `device-${n}`, phone, ...columns }));
}

export type OwnedDevice = Readonly<{ deviceId: DeviceId; worker: WorkerId; epoch: Epoch }>;

/** A device that a live worker owns at epoch 7. */
export async function addOwnedDevice(
  store: TestStore,
  columns: Columns = {},
): Promise<OwnedDevice> {
  const worker = await addWorker(store);
  const owner = { owner_worker_id: worker, owner_epoch: 7, owner_claimed_at: new Date() };
  return {
    deviceId: await addDevice(store, { ...owner, session_state: 'open', ...columns }),
    worker,
    epoch: epoch(7),
  };
}

/** Two steps without delay, unless told otherwise. */
export const twoSteps = {
  onUncertain: 'resend',
  onFailedStep: 'skip',
  reenroll: { kind: 'never' },
  steps: [
    { key: 'hello', delay: 0, text: 'Hello {{ name }}' },
    { key: 'tip', delay: 0, text: 'A tip' },
  ],
} as const;

/** A published sequence. */
export async function addSequence(
  store: TestStore,
  { definition = twoSteps, ...columns }: Columns & { definition?: object } = {},
): Promise<SequenceId> {
  const row = { name: `sequence-${next()}`, current_version: 1, ...columns };
  const id = await insert(store, 'sequences', row);
  await store.sql(
    'insert into sequence_versions (sequence_id, version, definition) values ($1, 1, $2)',
    [id, JSON.stringify(definition)],
  );
  return sequenceId(id);
}

export async function addContact(store: TestStore, columns: Columns = {}): Promise<ContactId> {
  const phone = `+1777${String(next()).padStart(7, '0')}`;
  return contactId(
    await insert(store, 'contacts', { phone, name: 'Ana', consent_at: new Date(), ...columns }),
  );
}

export type Run = Readonly<{ id: SequenceContactId; contactId: ContactId; deviceId: DeviceId }>;

/** One contact's run at its first step, due for a second; `contact` holds the contact's own columns. */
export async function addRun(
  store: TestStore,
  deviceOf: DeviceId,
  { contact, ...columns }: Columns & { contact?: Columns; sequence_id: SequenceId },
): Promise<Run> {
  const person = await addContact(store, contact);
  const row = {
    version: 1,
    contact_id: person,
    device_id: deviceOf,
    next_step_key: 'hello',
    next_trigger_time: ago(1_000),
  };
  const id = await insert(store, 'sequence_contacts', { ...row, ...columns });
  return { id: sequenceContactId(id), contactId: person, deviceId: deviceOf };
}

/** Many runs at once, each of a contact of its own; returns their ids in order. */
export async function addRuns(
  store: TestStore,
  { device, sequence, count }: { device: DeviceId; sequence: SequenceId; count: number },
): Promise<readonly SequenceContactId[]> {
  const first = made + 1;
  made += count;
  const rows = await store.sql<{ id: number }>(
    `with person as (
       insert into contacts (phone, name, consent_at)
       select '+1777' || lpad(n::text, 7, '0'), 'Ana', now() from generate_series($1::int, $2::int) n
       returning id
     )
     insert into sequence_contacts
       (sequence_id, version, contact_id, device_id, next_step_key, next_trigger_time)
     select $3, 1, person.id, $4, 'hello', now() - interval '1 s' from person order by person.id
     returning id`,
    [first, made, sequence, device],
  );
  return rows.map(({ id }) => sequenceContactId(id));
}

/** The delivery of a run's first step, under way. */
export async function addDelivery(
  store: TestStore,
  { id, contactId: person, deviceId: device }: Run,
  columns: Columns = {},
): Promise<void> {
  const row = {
    sequence_contact_id: id,
    step_key: 'hello',
    contact_id: person,
    device_id: device,
    message_id: `3EB0${String(id).padStart(18, '0')}`,
    to_jid: `1777${String(id).padStart(7, '0')}@s.whatsapp.net`,
    body: 'bound before',
    state: 'sending',
    epoch: 7,
  };
  await insert(store, 'deliveries', { ...row, ...columns });
}

/** The confirmation of the opt-out of a run's contact, ready to be sent by the run's device. */
export async function addConfirmation(
  store: TestStore,
  run: Run,
  { cycle = 0, ...columns }: Columns & { cycle?: number } = {},
): Promise<void> {
  await addDelivery(store, run, {
    step_key: 'opt-out',
    cycle,
    message_id: `3EB0C${cycle}${String(run.id).padStart(16, '0')}`,
    body: 'You are out',
    state: 'ready',
    epoch: 0,
    attempts: 0,
    ...columns,
  });
}

async function insert(store: TestStore, table: string, columns: Columns): Promise<number> {
  const names = Object.keys(columns);
  const places = names.map((_, index) => `$${index + 1}`);
  const [row] = await store.sql<{ id?: number }>(
    `insert into ${table} (${names.join(', ')}) values (${places.join(', ')}) returning *`,
    Object.values(columns),
  );
  return Number(row?.id);
}
