import { randomUUID } from 'node:crypto';
import { type Database, type NamedDevice, openDatabase } from '@dripfleet/store';
import { durationMs, phoneNumber } from '@dripfleet/domain';
import { createTestDatabase, runSql } from '@dripfleet/testkit';
import { addDevices } from '../src/index.ts';

export const steal = durationMs(24_000);

/** A database with one sequence, and the shortest ways to the states that an operator meets. */
export type Fleet = Readonly<{
  url: string;
  database: Database;
  /** Registers devices, each with a number of its own. */
  addDevices(...names: string[]): Promise<readonly NamedDevice[]>;
  /** Makes a worker, heard from so long ago, the owner. */
  own(device: NamedDevice, heartbeatAgeMs: number): Promise<string>;
  /** Enrolls so many contacts, their rows in this dispatch state since so long. */
  addRows(
    device: NamedDevice,
    state: string,
    rows?: { count?: number; ageMs?: number },
  ): Promise<void>;
  sql<Row extends Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<readonly Row[]>;
  close(): Promise<void>;
}>;

export async function openFleet(): Promise<Fleet> {
  const { url, drop } = await createTestDatabase();
  const database = openDatabase({ url, applicationName: 'test' });
  const sql: Fleet['sql'] = async (text, values) => await runSql(url, text, values);
  await sql(
    `with s as (insert into sequences (name, current_version) values ('welcome', 1) returning id)
     insert into sequence_versions (sequence_id, version, definition) select id, 1, '{}' from s`,
  );
  let contacts = 0;
  let phones = 9_000_000;
  return {
    url,
    database,
    sql,
    addDevices: async (...names) =>
      await addDevices(database, {
        devices: names.map((name) => ({
          name,
          phone: phoneNumber(`+1555${String((phones += 1)).padStart(7, '0')}`),
        })),
        labels: {},
        pacing: {},
        actor: 'test',
      }),
    own: async ({ deviceId }, heartbeatAgeMs) => {
      const worker = randomUUID();
      await sql(
        `insert into workers (id, host, build, capacity, last_heartbeat_at)
         values ($1, 'host-a', 'test', 500, now() - $2 * interval '1 ms')`,
        [worker, heartbeatAgeMs],
      );
      await sql(
        `update devices set owner_worker_id = $1, owner_epoch = owner_epoch + 1, owner_claimed_at = now(),
                session_state = 'open' where id = $2`,
        [worker, deviceId],
      );
      return worker;
    },
    addRows: async ({ deviceId }, state, { count = 1, ageMs = 0 } = {}) => {
      await sql(
        `with c as (insert into contacts (phone, consent_at)
                    select '+1555999' || lpad(n::text, 5, '0'), now() from generate_series($5::int + 1, $5::int + $1::int) n
                    returning id)
         insert into sequence_contacts (sequence_id, version, contact_id, device_id, next_step_key, next_trigger_time,
                                        dispatch_state, worker_assigned_at, assigned_worker_id)
         select 1, 1, c.id, d.id, 'hello', now() - $4 * interval '1 ms', $3,
                case when $3 in ('queued', 'sending') then now() - $4 * interval '1 ms' end,
                case when $3 in ('queued', 'sending') then d.owner_worker_id end
           from c, devices d where d.id = $2`,
        [count, deviceId, state, ageMs, contacts],
      );
      contacts += count;
    },
    close: async () => {
      await database.close();
      await drop();
    },
  };
}
