// Mirrors packages/store/sql/share-devices.sql.
import { locked } from '../locking.ts';
import { parameters } from '../parameters.ts';
import { devicesOf } from '../picking.ts';
import type { Statement } from '../statement-context.ts';

export const shareDevices: Statement = (tx, values) => {
  const rows = devicesOf(tx, parameters(values).numbers(1));
  return locked(tx, { table: 'devices', mode: 'key share', rows }).map(({ id }) => ({ id }));
};
