// Mirrors packages/store/sql/lock-device.sql.
import { locked } from '../locking.ts';
import { parameters } from '../parameters.ts';
import { devicesOf } from '../picking.ts';
import type { Statement } from '../statement-context.ts';

export const lockDevice: Statement = (tx, values) => {
  const rows = devicesOf(tx, [parameters(values).number(1)]);
  return locked(tx, { table: 'devices', mode: 'no key update', rows }).map(({ id }) => ({ id }));
};
