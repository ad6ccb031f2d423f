import { readFile } from 'node:fs/promises';
import { openDatabase, plansByKeyOptions, portionsOf, queueDue } from '@dripfleet/store';
import { runSql } from '@dripfleet/testkit';
import { publishSequence } from '../engine/fill-fleet.ts';
import { type BenchLab, openBenchLab } from '../lab/open-bench-lab.ts';
import type { PartContext } from '../part.ts';
import { readFamilyCpu } from '../processes/process-figures.ts';

export type ScanPlan = Readonly<{
  devices: number;
  /** Rows in `sequence_contacts`. */
  rows: number;
  /** Of them, due now. */
  due: number;
  repetitions: number;
}>;

export type ScanReading = Readonly<{
  /** One pass over all shards, as a scheduler makes it, ms. */
  pass: number;
  /** One that finds nothing due, ms. */
  empty: number;
  queued: number;
  /** CPU of Postgres for the pass, ms. */
  cpu: number;
}>;

export type ScanFindings = Readonly<{
  readings: readonly ScanReading[];
  /** EXPLAIN ANALYZE of the statement for as many shards as go together. */
  plan: string;
  sequentialScans: number;
  servers: Readonly<Record<string, string>>;
}>;

/** As many as a scheduler has under way. */
const portionsInFlight = 4;
const queueSize = 100;

/** Fills the table, and lets a pass over all shards queue what is due in it. */
export async function measureScan(context: PartContext, plan: ScanPlan): Promise<ScanFindings> {
  const { say, onEnd } = context;
  const lab = await openBenchLab(context);
  const url = lab.servers.databaseUrl;
  await publishSequence(lab);
  say(`filling sequence_contacts with ${plan.rows} rows`);
  await fill(url, plan);
  const db = openDatabase({
    url,
    applicationName: 'bench scan',
    connectionsMax: portionsInFlight,
    plansByKey: true,
  });
  onEnd(async () => await db.close());
  const readings: ScanReading[] = [];
  for (let repetition = 0; repetition < plan.repetitions; repetition += 1) {
    await makeDue(url, plan.due);
    const reading = await measureOnce(lab, db);
    if (reading.queued !== plan.due) throw new Error(`${reading.queued} rows were queued`);
    readings.push(reading);
    say(`${reading.queued} rows queued in ${reading.pass.toFixed(0)} ms`);
  }
  await makeDue(url, plan.due);
  const text = await explain(url);
  const sequentialScans = [...text.matchAll(/Seq Scan on sequence_contacts/g)].length;
  return { readings, plan: text, sequentialScans, servers: lab.servers.settings };
}

async function fill(url: string, { devices, rows }: ScanPlan): Promise<void> {
  await runSql(
    url,
    `insert into devices (name, phone)
     select 'scan-' || n, '+1555' || lpad(n::text, 7, '0') from generate_series(1, $1::int) as n`,
    [devices],
  );
  await runSql(
    url,
    `insert into contacts (phone, consent_source, consent_at)
     select '+1' || (2020000000 + n), 'bench', now() from generate_series(1, $1::int) as n`,
    [rows],
  );
  // Most wait for a step of the next weeks; a third has finished. What they refer to is there: it need not be looked up.
  const indexes = await dropIndexes(url);
  await runSql(
    url,
    `with off as materialized (select set_config('session_replication_role', 'replica', false) as role)
     insert into sequence_contacts (sequence_id, version, contact_id, device_id, next_step_key, status, next_trigger_time,
                                    finished_at)
     select q.id, q.current_version, c.id, 1 + c.id % $1::int, case when c.id % 3 = 0 then null else 'hello' end,
            case when c.id % 3 = 0 then 'completed' else 'active' end, now() + interval '1 day' + (c.id % 2000000) * interval '1 s',
            case when c.id % 3 = 0 then now() end
       from off cross join sequences q cross join contacts c where off.role = 'replica'`,
    [devices],
  );
  for (const definition of indexes) await runSql(url, definition);
  await runSql(url, 'vacuum analyze sequence_contacts');
}

/** To be made again when the table is full, which takes a fraction of the time. Returns how. */
async function dropIndexes(url: string): Promise<readonly string[]> {
  const indexes = await runSql<{ name: string; definition: string }>(
    url,
    `select i.indexname as name, i.indexdef as definition from pg_indexes i
      where i.tablename = 'sequence_contacts' and not exists (select from pg_constraint c where c.conname = i.indexname)`,
  );
  for (const { name } of indexes) await runSql(url, `drop index ${name}`);
  return indexes.map(({ definition }) => definition);
}

/** What the pass before has queued goes back to wait; as many others fall due, spread over all devices. */
async function makeDue(url: string, count: number): Promise<void> {
  await runSql(
    url,
    `update sequence_contacts
        set dispatch_state = 'idle', next_trigger_time = now() + interval '1 day', assigned_worker_id = null, worker_assigned_at = null
      where dispatch_state = 'queued' or (status = 'active' and dispatch_state = 'idle' and next_trigger_time <= now())`,
  );
  await runSql(
    url,
    `update sequence_contacts set next_trigger_time = now() - interval '1 s'
      where id in (select id from sequence_contacts where status = 'active' order by (id * 7919) % 1000003 limit $1)`,
    [count],
  );
  await runSql(url, 'analyze sequence_contacts');
}

async function measureOnce(
  { servers }: BenchLab,
  db: ReturnType<typeof openDatabase>,
): Promise<ScanReading> {
  const before = await readFamilyCpu(servers.postgresPid);
  const started = performance.now();
  const queued = await pass(db);
  const took = performance.now() - started;
  const cpu = (await readFamilyCpu(servers.postgresPid)) - before;
  const again = performance.now();
  await pass(db);
  return { pass: took, empty: performance.now() - again, queued, cpu };
}

/** As process-triggers.ts does it. */
async function pass(db: ReturnType<typeof openDatabase>): Promise<number> {
  const portions = [...portionsOf('all')];
  let queued = 0;
  const work = async () => {
    for (let portion = portions.shift(); portion; portion = portions.shift()) {
      const rows = await queueDue(db, { ...portion, queueSize, engine: 'workers' });
      queued += rows.length;
    }
  };
  await Promise.all(Array.from({ length: portionsInFlight }, work));
  return queued;
}

/** As a scheduler's connection plans it. */
async function explain(url: string): Promise<string> {
  const file = new URL('../../../packages/store/sql/select-due.sql', import.meta.url);
  const [portion] = portionsOf('all');
  const shards = portion?.shards.join(',') ?? '';
  const text = (await readFile(file, 'utf8'))
    .replaceAll('$1::bigint[]', `'{${shards}}'::bigint[]`)
    .replaceAll('$2::integer', String(queueSize))
    .replaceAll('$3', "'workers'")
    .replaceAll('$4::bigint[]', 'null::bigint[]');
  const planned = new URL(url);
  planned.searchParams.set('options', plansByKeyOptions);
  const rows = await runSql<{ 'QUERY PLAN': string }>(
    planned.href,
    `explain (analyze, buffers) ${text}`,
  );
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}
