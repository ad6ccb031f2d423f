import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { parse, CsvError as ParserError, type Parser } from 'csv-parse';
import { CsvError } from './csv-error.ts';
import { csvLimits } from './csv-limits.ts';

export type CsvRecord = Readonly<{
  /** Where it begins, from 1; a quoted cell may span several lines. */
  line: number;
  cells: readonly string[];
}>;

export type CsvSource = Readonly<{
  file: FileHandle;
  delimiter: string;
  /** Called with each piece of the file, in order, before its records. */
  onChunk?: (chunk: Buffer) => void;
  signal?: AbortSignal | undefined;
}>;

/**
 * The records of a file from its beginning, the header and blank lines included, in constant memory. Bytes that are not
 * UTF-8 come as U+FFFD. Throws `CsvError` when the limits are passed or a quote stays open; the signal's reason.
 */
export async function* readCsv(source: CsvSource): AsyncGenerator<CsvRecord> {
  const parser = parse({
    bom: true,
    delimiter: source.delimiter,
    // Rows of another length and stray quotes are for the caller to judge, row by row.
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: csvLimits.lineBytes,
  });
  const input = Readable.from(boundedChunks(source, parser));
  input.on('error', (error) => parser.destroy(error));
  let line = 1;
  try {
    for await (const record of input.pipe(parser)) {
      const cells: readonly string[] = record;
      yield { line, cells };
      line += 1 + lineBreaks(cells);
    }
  } catch (error) {
    throw toCsvError(error, line);
  } finally {
    input.destroy();
    parser.destroy();
  }
}

/** The parser's own count takes a CRLF inside quotes for two lines. */
function lineBreaks(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) {
    if (cell.includes('\n') || cell.includes('\r')) count += cell.match(/\r\n|\r|\n/g)?.length ?? 0;
  }
  return count;
}

async function* boundedChunks(source: CsvSource, parser: Parser): AsyncGenerator<Buffer> {
  const { file, onChunk, signal } = source;
  const lines = new LineLengths();
  let stalled = 0;
  let records = 0;
  for await (const piece of file.createReadStream({ start: 0, autoClose: false, signal })) {
    const chunk: Buffer = piece;
    onChunk?.(chunk);
    lines.add(chunk);
    stalled = parser.info.records === records ? stalled + chunk.length : 0;
    records = parser.info.records;
    if (stalled > csvLimits.stalledBytes)
      throw new CsvError(openQuote, { line: 0, fix: closeQuote });
    yield chunk;
  }
}

/** Finds a line that is too long before it reaches the parser, which would hold it in memory. */
class LineLengths {
  #line = 1;
  #length = 0;

  /** Throws `CsvError`. */
  add(chunk: Buffer): void {
    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index];
      if (byte === 10 || byte === 13) {
        if (byte === 10) this.#line += 1;
        this.#length = 0;
      } else if ((this.#length += 1) > csvLimits.lineBytes) {
        const message = `the line is longer than ${csvLimits.lineBytes / 1024} KiB`;
        throw new CsvError(message, {
          line: this.#line,
          fix: 'save the list as CSV, a person a line',
        });
      }
    }
  }
}

const openQuote = 'a quote that opens here is not closed';
const closeQuote = 'close the quote, or double it where it is part of the text';

function toCsvError(error: unknown, line: number): unknown {
  if (error instanceof CsvError) {
    const { message, fix, column } = error;
    return error.line > 0 ? error : new CsvError(message, { line, column, fix });
  }
  if (!(error instanceof ParserError)) return error;
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    return new CsvError(openQuote, { line, fix: closeQuote });
  }
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    const message = `the row is longer than ${csvLimits.lineBytes / 1024} KiB; a quote may be open`;
    return new CsvError(message, { line, fix: closeQuote });
  }
  return new CsvError('this is not CSV', { line, fix: 'save the list as CSV, a person a line' });
}
