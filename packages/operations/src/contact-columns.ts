import { attributeNameProblem, type PersonInput } from './check-person.ts';
import { csvLimits } from './csv-limits.ts';
import type { FileProblem } from './locate-problem.ts';

/** What each cell of a row means, in order. */
export type ContactColumn =
  | Readonly<{ kind: 'field'; name: keyof Omit<PersonInput, 'attributes'> }>
  | Readonly<{ kind: 'attribute'; name: string }>
  /** Written by us beside rejected rows; of no meaning when the corrected file comes back. */
  | Readonly<{ kind: 'ignored'; name: string }>;

export type ContactColumns =
  | Readonly<{ kind: 'read'; columns: readonly ContactColumn[] }>
  | Readonly<{ kind: 'refused'; problems: readonly FileProblem[] }>;

const required = ['phone', 'consent_source'] as const;
const fields = [...required, 'consent_at', 'name', 'time_zone', 'device'] as const;
export const rejectedColumns = [
  'rejected_line',
  'rejected_column',
  'rejected_reason',
  'rejected_fix',
] as const;

/** Reads the header of a CSV of contacts. All problems at once; a place is a cell's number. */
export function readContactColumns(header: readonly string[]): ContactColumns {
  if (header.length > csvLimits.columns) {
    const message = `the header has ${header.length} columns`;
    return {
      kind: 'refused',
      problems: [problem(csvLimits.columns + 1, message, `keep at most ${csvLimits.columns}`)],
    };
  }
  const names = header.map((cell) => cell.trim());
  const problems = [
    ...names.flatMap((name, index) => columnProblem(name, index, names) ?? []),
    ...required.filter((name) => !names.includes(name)).map((name) => missing(name, names)),
  ];
  if (problems.length > 0) return { kind: 'refused', problems };
  return { kind: 'read', columns: names.map(toColumn) };
}

function toColumn(name: string): ContactColumn {
  const field = fields.find((one) => one === name);
  if (field) return { kind: 'field', name: field };
  return { kind: isRejectedColumn(name) ? 'ignored' : 'attribute', name };
}

function isRejectedColumn(name: string): boolean {
  return rejectedColumns.some((column) => column === name);
}

function columnProblem(
  name: string,
  index: number,
  names: readonly string[],
): FileProblem | undefined {
  if (name === '') return problem(index + 1, 'the column has no name', 'name it, or remove it');
  if (names.indexOf(name) < index) {
    return problem(
      index + 1,
      `the column "${shown(name)}" is there twice`,
      'rename one of the two',
    );
  }
  const invalid = attributeNameProblem(name);
  if (!invalid) return undefined;
  return problem(index + 1, `the column "${shown(name)}" ${invalid.reason}`, invalid.fix);
}

function missing(name: string, names: readonly string[]): FileProblem {
  const similar = names.find((one) => one.toLowerCase().replaceAll(/[\s-]+/g, '_') === name);
  const fix = similar ? `rename "${shown(similar)}" to ${name}` : 'add it to the first line';
  return problem(1, `the column ${name} is missing`, fix);
}

/** A header may hold anything; the message stays one short line. */
function shown(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Cf}]/gu, '?').slice(0, 64);
}

function problem(column: number, message: string, fix: string): FileProblem {
  return { severity: 'error', line: 1, column, message, fix };
}
