import type { EpochMs } from '@dripfleet/domain';
import { type CheckedPerson, checkPerson, type PersonInput } from './check-person.ts';
import type { ContactColumn } from './contact-columns.ts';
import { unescapeCell } from './formula-cells.ts';

/** Reads one row of a CSV of contacts. `now` is Postgres' clock. */
export function readContactRow(
  cells: readonly string[],
  columns: readonly ContactColumn[],
  now: EpochMs,
): CheckedPerson {
  if (cells.length !== columns.length) {
    const field = columns[Math.min(cells.length, columns.length) - 1]?.name ?? '';
    const reason = `is not the last of ${columns.length} cells: the row has ${cells.length}`;
    const fix = 'put a cell in quotes when it holds the separator, and give empty cells theirs';
    return { kind: 'rejected', problem: { field, reason, fix } };
  }
  return checkPerson(toInput(cells, columns), now);
}

function toInput(cells: readonly string[], columns: readonly ContactColumn[]): PersonInput {
  const input: Record<string, string> = {};
  const attributes: [string, string][] = [];
  for (const [index, { kind, name }] of columns.entries()) {
    const cell = unescapeCell(cells[index] ?? '');
    if (kind === 'field') input[name] = cell;
    if (kind === 'attribute') attributes.push([name, cell]);
  }
  const {
    phone = '',
    consent_source = '',
    ...rest
  } = input as Partial<Record<keyof PersonInput, string>>;
  return { phone, consent_source, ...rest, attributes: Object.fromEntries(attributes) };
}
