import type { DeviceRow, OperatorActionRow } from './rows.ts';
import type { StatementContext } from './statement-context.ts';

type Note = Pick<OperatorActionRow, 'actor' | 'action' | 'reason' | 'detail'>;

/** The audit of a change of a device. */
export function note(tx: StatementContext, device: DeviceRow, action: Note): void {
  tx.insert('operator_actions', { ...action, object: `device:${device.name}` });
}

/** `order by name`. */
export function byName<Named extends Readonly<{ name: string }>>(
  rows: readonly Named[],
): readonly Named[] {
  return rows.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
