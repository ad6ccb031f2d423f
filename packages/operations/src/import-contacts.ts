import { type FileHandle, open } from 'node:fs/promises';
import { type DeviceId, lintTemplate } from '@dripfleet/domain';
import { type Database, insertOperatorActions } from '@dripfleet/store';
import { type ContactColumn, readContactColumns } from './contact-columns.ts';
import { CsvError } from './csv-error.ts';
import type { EnrollmentContext } from './enrollment-context.ts';
import type { ImportCounts, ImportRequest } from './import-request.ts';
import { importRows } from './import-rows.ts';
import { type CsvFacts, inspectCsv } from './inspect-csv.ts';
import type { FileProblem } from './locate-problem.ts';
import { openEnrollment, type OpenedEnrollment } from './open-enrollment.ts';

export type ImportOutcome =
  | Readonly<{
      kind: 'imported';
      counts: ImportCounts;
      /** Where somebody was enrolled, each once: nudge the scheduler for them. */
      deviceIds: readonly DeviceId[];
      /** What can keep messages from being sent though the rows are fine. */
      warnings: readonly string[];
      dryRun: boolean;
    }>
  /** The file as a whole: nothing was enrolled. */
  | Readonly<{ kind: 'refused'; problems: readonly FileProblem[] }>
  | Readonly<{ kind: 'not_found'; what: 'file'; path: string }>
  /** No row names a device, and none can be chosen: none was added, none has the labels, or none may take contacts. */
  | Readonly<{ kind: 'no_device' }>
  | Exclude<OpenedEnrollment, { kind: 'opened' }>;

/**
 * Enrolls the contacts of a file, 500 rows a transaction, in constant memory.
 *
 * The file is read twice: broken as a whole, it is refused before the first row is written. After that each row goes
 * through or is rejected by itself. Safe to repeat after any end: a row accepted from the same bytes for the same
 * sequence never enrolls again. Two imports of the same people at once enroll each once. A dry run checks everything,
 * against the database too, and writes nothing. Throws `DatabaseError`; the signal's reason.
 */
export async function importContacts(db: Database, request: ImportRequest): Promise<ImportOutcome> {
  const opened = await openEnrollment(db, request);
  if (opened.kind !== 'opened') return opened;
  let file: FileHandle | undefined;
  try {
    file = await openFile(request.path);
    if (!file) return { kind: 'not_found', what: 'file', path: request.path };
    return await importFile(opened.context, request, file);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { line, column, message, fix } = error;
    return { kind: 'refused', problems: [{ severity: 'error', line, column, message, fix }] };
  } finally {
    await file?.close();
  }
}

/** Undefined when there is no such file. Throws `CsvError` when it may not be read. */
async function openFile(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'ENOENT') return undefined;
    const fix = 'make it readable for this user';
    throw new CsvError(`the file cannot be opened (${code})`, { line: 1, fix });
  }
}

async function importFile(
  context: EnrollmentContext,
  request: ImportRequest,
  file: FileHandle,
): Promise<ImportOutcome> {
  const facts = await inspectCsv(file, request.signal);
  const header = readContactColumns(facts.header);
  if (header.kind === 'refused') return header;
  const namesDevices = header.columns.some(({ name }) => name === 'device');
  if (!context.devices.hasEligible && !namesDevices) return { kind: 'no_device' };
  if (!context.dryRun) await note(context, request, facts);
  const source = { file, facts, columns: header.columns };
  const { counts, devices } = await importRows(context, request, source);
  return {
    kind: 'imported',
    counts,
    deviceIds: [...devices],
    warnings: missingVariables(context, header.columns),
    dryRun: context.dryRun,
  };
}

/** Before the first row: an import that is cut off is in the audit too. Its rows are found by their import keys. */
async function note(
  { db, sequence }: EnrollmentContext,
  { actor }: ImportRequest,
  { sha256, rows, bytes }: CsvFacts,
): Promise<void> {
  const action = { actor, action: 'import', detail: { sha256, rows, bytes } };
  await insertOperatorActions(db, action, [`sequence:${sequence.name}`]);
}

function missingVariables(
  { sequence }: EnrollmentContext,
  columns: readonly ContactColumn[],
): readonly string[] {
  const given = new Set(columns.map(({ name }) => name));
  return sequence.definition.steps.flatMap(({ key, text }) => {
    const missing = lintTemplate(text).required.filter((name) => !given.has(name));
    return missing.map((name) => `step ${key} needs "${name}", and the file has no such column`);
  });
}
