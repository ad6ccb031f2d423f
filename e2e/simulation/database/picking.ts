import type { ContactRow, DeviceRow, SequenceContactRow } from './rows.ts';
import type { StatementContext } from './statement-context.ts';

/** `id = any(ids)`, by id. */
export function devicesOf(tx: StatementContext, ids: readonly number[]): readonly DeviceRow[] {
  return distinct(ids).flatMap((id) => tx.get('devices', id) ?? []);
}

/** `id = any(ids)`, by id. */
export function runsOf(
  tx: StatementContext,
  ids: readonly number[],
): readonly SequenceContactRow[] {
  return distinct(ids).flatMap((id) => tx.get('sequence_contacts', id) ?? []);
}

/** `id = any(ids)`, by id. */
export function contactsOf(tx: StatementContext, ids: readonly number[]): readonly ContactRow[] {
  return distinct(ids).flatMap((id) => tx.get('contacts', id) ?? []);
}

/** `device_id = any(ids)`, by id. */
export function runsOfDevices(
  tx: StatementContext,
  ids: readonly number[],
): readonly SequenceContactRow[] {
  return distinct(ids)
    .flatMap((id) => tx.where('sequence_contacts', 'device_id', id))
    .toSorted((a, b) => a.id - b.id);
}

/** Each once, in ascending order. */
export function distinct(ids: readonly number[]): readonly number[] {
  return [...new Set(ids)].toSorted((a, b) => a - b);
}
