import type { Rows, TableName } from './rows.ts';
import { tableNames } from './schema.ts';
import type { Storage } from './storage.ts';

/** All rows by table, in the order of their keys: bigint as number, timestamptz as epoch ms, bytea as hex. */
export type Dump = { readonly [T in TableName]: readonly Rows[T][] };

export function dumpStorage(storage: Storage): Dump {
  return Object.fromEntries(tableNames.map((name) => [name, dumpTable(storage, name)])) as Dump;
}

function dumpTable<T extends TableName>(storage: Storage, name: T): readonly Rows[T][] {
  const { rows, compare } = storage.table(name);
  return [...rows.values()].toSorted(compare);
}
