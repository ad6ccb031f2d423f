import type { FileHandle } from 'node:fs/promises';
import type { DeviceId, PhoneNumber } from '@dripfleet/domain';
import type { ContactColumn } from './contact-columns.ts';
import { chunkSize } from './in-chunks.ts';
import { type BatchOutcome, importBatch, type ImportRow } from './import-batch.ts';
import type { ImportCounts, ImportRequest } from './import-request.ts';
import { type CsvFacts, isBlank } from './inspect-csv.ts';
import type { EnrollmentContext } from './enrollment-context.ts';
import { readContactRow } from './read-contact-row.ts';
import { type CsvRecord, readCsv } from './read-csv.ts';
import type { RejectedRow } from './rejected-csv.ts';

export type ImportSource = Readonly<{
  file: FileHandle;
  facts: CsvFacts;
  columns: readonly ContactColumn[];
}>;

/** Everything below the header of a file that `inspectCsv` has found to be sound. */
export async function importRows(
  context: EnrollmentContext,
  request: ImportRequest,
  source: ImportSource,
): Promise<Readonly<{ counts: ImportCounts; devices: ReadonlySet<DeviceId> }>> {
  const { file, facts } = source;
  const tally = new Tally(context.dryRun);
  let bytes = 0;
  const onChunk = (chunk: Buffer) => {
    bytes += chunk.length;
  };
  const records = readCsv({ file, delimiter: facts.delimiter, onChunk, signal: request.signal });
  for await (const batch of inBatches(records)) {
    request.signal?.throwIfAborted();
    const rejected = await takeBatch(context, { source, batch, tally });
    for (const row of rejected) await request.onRejected?.(row, facts.header);
    const totals = { totalBytes: facts.bytes, totalRows: facts.rows };
    request.onProgress?.({ ...tally.counts, ...totals, bytes });
  }
  return tally;
}

/** Rows without the header and blank lines; the last batch is shorter. */
async function* inBatches(records: AsyncIterable<CsvRecord>): AsyncGenerator<CsvRecord[]> {
  let batch: CsvRecord[] = [];
  let isHeader = true;
  for await (const record of records) {
    if (!isHeader && !isBlank(record.cells)) batch.push(record);
    isHeader = false;
    if (batch.length < chunkSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

type Taken = Readonly<{ source: ImportSource; batch: readonly CsvRecord[]; tally: Tally }>;

async function takeBatch(
  context: EnrollmentContext,
  { source, batch, tally }: Taken,
): Promise<readonly RejectedRow[]> {
  const rows: ImportRow[] = [];
  const rejected: RejectedRow[] = [];
  for (const { line, cells } of batch) {
    const checked = readContactRow(cells, source.columns, context.now);
    if (checked.kind === 'accepted') {
      const importKey = `${source.facts.sha256}:${line}`;
      rows.push({ line, cells, person: { ...checked.person, importKey } });
    } else {
      const { field: column, reason, fix } = checked.problem;
      rejected.push({ line, cells, column, reason, fix });
    }
  }
  const outcome = await importBatch(context, tally.unseen(rows));
  rejected.push(...outcome.rejected);
  tally.add({ ...outcome, rows: batch.length, rejected: rejected.length }, outcome);
  return rejected.toSorted((one, other) => one.line - other.line);
}

/** What came of the rows so far. */
class Tally {
  counts = { rows: 0, enrolled: 0, alreadyEnrolled: 0, repeated: 0, rejected: 0 };
  readonly devices = new Set<DeviceId>();
  /** Only a dry run must remember whom it would have enrolled: nobody else does. At most a file's rows. */
  readonly #seen: Set<PhoneNumber> | undefined;

  constructor(dryRun: boolean) {
    this.#seen = dryRun ? new Set() : undefined;
  }

  /** Without those whom an earlier batch of a dry run would have enrolled; they are counted. */
  unseen(rows: readonly ImportRow[]): readonly ImportRow[] {
    const seen = this.#seen;
    if (!seen) return rows;
    const left = rows.filter(({ person }) => !seen.has(person.phone));
    this.counts.alreadyEnrolled += rows.length - left.length;
    return left;
  }

  add(counts: ImportCounts, { devices, phones }: Pick<BatchOutcome, 'devices' | 'phones'>): void {
    this.counts = {
      rows: this.counts.rows + counts.rows,
      enrolled: this.counts.enrolled + counts.enrolled,
      alreadyEnrolled: this.counts.alreadyEnrolled + counts.alreadyEnrolled,
      repeated: this.counts.repeated + counts.repeated,
      rejected: this.counts.rejected + counts.rejected,
    };
    for (const device of devices) this.devices.add(device);
    for (const phone of phones) this.#seen?.add(phone);
  }
}
