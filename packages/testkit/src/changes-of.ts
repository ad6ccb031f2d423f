import type { TestStore } from './open-test-store.ts';

type Row = Readonly<Record<string, unknown>>;

const keys = {
  devices: ['id'],
  contacts: ['id'],
  sequence_contacts: ['id'],
  deliveries: ['sequence_contact_id', 'step_key'],
} as const;

/**
 * What `act` changed in the tables of the route: by row, such as `sequence_contacts 4` or `deliveries 4 hello`, the columns
 * with their new values; a new row with all of them. So a test can say that nothing else moved.
 */
export async function changesOf(
  store: TestStore,
  act: () => Promise<unknown>,
): Promise<Readonly<Record<string, Row>>> {
  const before = await readTables(store);
  await act();
  const after = await readTables(store);
  const changes: Record<string, Row> = {};
  for (const [name, row] of after) {
    const old = before.get(name);
    const changed = Object.entries(row).filter(
      ([column, value]) => !old || JSON.stringify(old[column]) !== JSON.stringify(value),
    );
    if (changed.length > 0) changes[name] = Object.fromEntries(changed);
  }
  for (const name of before.keys()) if (!after.has(name)) changes[name] = { removed: true };
  return changes;
}

async function readTables(store: TestStore): Promise<ReadonlyMap<string, Row>> {
  const rows = new Map<string, Row>();
  for (const [table, columns] of Object.entries(keys)) {
    const found = await store.sql<{ row: Row }>(`select to_jsonb(t) as row from ${table} t`);
    for (const { row } of found) {
      rows.set([table, ...columns.map((column) => String(row[column]))].join(' '), row);
    }
  }
  return rows;
}
