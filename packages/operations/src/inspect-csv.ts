import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { CsvError } from './csv-error.ts';
import { csvLimits } from './csv-limits.ts';
import { readCsv } from './read-csv.ts';

export type CsvFacts = Readonly<{
  /** Of all bytes, hex: names the file's rows in import keys. */
  sha256: string;
  bytes: number;
  /** Without the header and blank lines. */
  rows: number;
  header: readonly string[];
  delimiter: string;
}>;

/**
 * Reads a CSV file once, from end to end, so that one that is broken as a whole is refused before its first row is
 * written. Throws `CsvError`; the signal's reason.
 */
export async function inspectCsv(file: FileHandle, signal?: AbortSignal): Promise<CsvFacts> {
  const stat = await file.stat();
  const saveAsCsv = 'save the list as CSV (UTF-8)';
  if (!stat.isFile()) throw new CsvError('this is not a file', { line: 1, fix: saveAsCsv });
  if (stat.size > csvLimits.fileBytes) {
    const message = `the file is larger than ${csvLimits.fileBytes / 1024 ** 2} MiB`;
    throw new CsvError(message, { line: 1, fix: 'split it' });
  }
  const delimiter = await detectDelimiter(file);
  const hash = createHash('sha256');
  let bytes = 0;
  let header: readonly string[] | undefined;
  let rows = 0;
  const onChunk = (chunk: Buffer) => {
    hash.update(chunk);
    bytes += chunk.length;
  };
  for await (const { line, cells } of readCsv({ file, delimiter, onChunk, signal })) {
    if (!header) header = cells;
    else if (!isBlank(cells)) rows += 1;
    if (rows > csvLimits.rows) {
      const message = `the file has more than ${csvLimits.rows} rows`;
      throw new CsvError(message, { line, fix: 'split it' });
    }
  }
  if (!header) throw new CsvError('the file is empty', { line: 1, fix: saveAsCsv });
  return { sha256: hash.digest('hex'), bytes, rows, header, delimiter };
}

/** Spreadsheets leave lines of empty cells at the end. */
export function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === '');
}

/** The one of `,` `;` tab that the first line has most of, outside quotes; the comma among equals. */
async function detectDelimiter(file: FileHandle): Promise<string> {
  const head = Buffer.alloc(csvLimits.lineBytes);
  const { bytesRead } = await file.read(head, 0, head.length, 0);
  const start = head.subarray(0, bytesRead);
  const isUtf16 = start[0] === 0xff || start[0] === 0xfe;
  if (isUtf16 || start.subarray(0, 64).includes(0)) {
    throw new CsvError('the file is not UTF-8', { line: 1, fix: 'save the list as CSV (UTF-8)' });
  }
  const [firstLine = ''] = start.toString('utf8').split(/\r|\n/, 1);
  const plain = firstLine.replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string) => plain.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best));
}
