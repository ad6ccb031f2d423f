import { readFileSync } from 'node:fs';
import { type Database, openDatabase } from '@dripfleet/store';
import type { Side, State } from './side.ts';
import { sortRows } from './sort-rows.ts';
import { worldSecret, worldStart, type World } from './world/world-facts.ts';

/** A migrated database of the test's own, and plain SQL to it. */
export type RealServer = Readonly<{
  url: string;
  sql<Row extends Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<readonly Row[]>;
}>;

/** What `real-database.sql` gives the clock and the rows to; ours, so that no statement of ours collides with it. */
const searchPath = 'sim,pg_catalog,public';

/** Real Postgres on the test's clock. Needs a login that may change when deadlocks are looked for. */
export async function openRealSide({ url, sql }: RealServer): Promise<Side> {
  await sql(readFileSync(new URL('real-database.sql', import.meta.url), 'utf8'));
  await sql('update settings set installation_secret = $1', [worldSecret]);
  const types = await readTypes(sql);
  // Of a circle the one who closes it must give way, as in the simulated store: here always the first connection.
  const first = connect(url, { name: 'first', lockTimeout: 10_000, deadlockTimeout: 1 });
  const second = connect(url, { name: 'second', lockTimeout: 10_000, deadlockTimeout: 60_000 });
  const hasty = connect(url, { name: 'hasty', lockTimeout: 25, deadlockTimeout: 60_000 });
  return {
    connections: () => ({ first, second, hasty }),
    load: async (world) => {
      await sql('select sim.load($1, $2)', [worldStart, JSON.stringify(toReal(world, types))]);
    },
    dump: async () => {
      const [row] = await sql<{ dump: State }>('select sim.dump() as dump');
      if (!row) throw new Error('sim.dump answered nothing');
      return fromReal(row.dump, types);
    },
    advance: async (ms) => {
      await sql('update sim.clock set now_ms = now_ms + $1', [ms]);
    },
    // Of itself: it waits for 25 ms.
    giveUp: async () => {},
    isBlocked: async (ended) => {
      while (!ended()) if (await hasWaiting(sql)) return true;
      return false;
    },
    close: async () => {
      await Promise.all([first.close(), second.close(), hasty.close()]);
    },
  };
}

type Patience = Readonly<{
  name: 'first' | 'second' | 'hasty';
  /** For a lock, ms. */
  lockTimeout: number;
  /** How long a wait goes on before it looks whether it is one of a circle, ms. */
  deadlockTimeout: number;
}>;

function connect(url: string, { name, lockTimeout, deadlockTimeout }: Patience): Database {
  const settings = new URL(url);
  const options = `-c search_path=${searchPath} -c deadlock_timeout=${deadlockTimeout}ms`;
  settings.searchParams.set('options', options);
  const database = openDatabase({
    url: settings.href,
    applicationName: applicationName(name),
    connectionsMax: 1,
    lockTimeout,
  });
  return {
    ...database,
    transaction: async (work) =>
      await database.transaction(async (tx) => {
        await pinNow(tx);
        return await work(tx);
      }),
  };
}

/** Has the transaction ask for the time as it begins, by a statement that needs it and changes nothing. */
async function pinNow(tx: Pick<Database, 'run'>): Promise<void> {
  await tx.run('find-enrollment-facts', [0, ['+10000'], [Buffer.alloc(0)], [null]]);
}

async function hasWaiting(sql: RealServer['sql']): Promise<boolean> {
  // For the other connection, that is: a server has locks of its own that are waited for now and then.
  const [row] = await sql<{ waits: boolean }>(
    `select exists (select from pg_stat_activity waiting
                      join pg_stat_activity other on other.pid = any(pg_blocking_pids(waiting.pid))
                     where waiting.datname = current_database() and waiting.wait_event_type = 'Lock'
                       and waiting.application_name = any($1) and other.application_name = $2) as waits`,
    [[applicationName('second'), applicationName('hasty')], applicationName('first')],
  );
  return row?.waits === true;
}

const applicationName = (name: string): string => `differential ${name}`;

type Types = ReadonlyMap<string, string>;

async function readTypes(sql: RealServer['sql']): Promise<Types> {
  const rows = await sql<{ place: string; type: string }>(
    `select table_name || '.' || column_name as place, data_type as type
       from information_schema.columns where table_schema = 'public'`,
  );
  return new Map(rows.map(({ place, type }) => [place, type]));
}

function toReal(world: World, types: Types): readonly unknown[] {
  return world.map(({ table, row }) => ({
    table,
    row: convert(row, (column, value) => {
      const type = types.get(`${table}.${column}`);
      if (type === 'timestamp with time zone') return new Date(Number(value)).toISOString();
      return type === 'bytea' ? `\\x${String(value)}` : value;
    }),
  }));
}

function fromReal(dump: Readonly<Record<string, State[string] | null>>, types: Types): State {
  const tables = Object.entries(dump).map(([table, rows]) => {
    const converted = (rows ?? []).map((row) =>
      convert(row, (column, value) => {
        const type = types.get(`${table}.${column}`);
        if (type === 'timestamp with time zone') return Date.parse(String(value));
        return type === 'bytea' ? String(value).slice(2) : value;
      }),
    );
    return [table, sortRows(converted)] as const;
  });
  return Object.fromEntries(tables);
}

function convert(
  row: Readonly<Record<string, unknown>>,
  change: (column: string, value: unknown) => unknown,
): Readonly<Record<string, unknown>> {
  const columns = Object.entries(row).map(([column, value]) => [
    column,
    value === null ? null : change(column, value),
  ]);
  return Object.fromEntries(columns) as Readonly<Record<string, unknown>>;
}
