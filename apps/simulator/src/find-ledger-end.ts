import { fstatSync, readSync } from 'node:fs';

/** No line is longer: a frame holds 64 KiB, and JSON writes one byte as at most six. */
const LONGEST_LINE_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

interface LedgerEnd {
  /** Length of the file up to and with its last whole line. */
  readonly bytes: number;
  /** The last line's number and epoch ms; 0 in an empty file. */
  readonly n: number;
  readonly t: number;
}

/**
 * Where an existing ledger can be continued. Reads its last megabyte only.
 *
 * Throws when the last whole line is not a ledger's: appending to somebody's other file would spoil it.
 */
export function findLedgerEnd(file: number, path: string): LedgerEnd {
  const { size } = fstatSync(file);
  const from = Math.max(0, size - LONGEST_LINE_BYTES);
  const tail = Buffer.alloc(size - from);
  readSync(file, tail, 0, tail.length, from);
  const lineEnd = tail.lastIndexOf(NEWLINE);
  if (lineEnd === -1 && size === 0) return { bytes: 0, n: 0, t: 0 };
  const lineStart = lineEnd <= 0 ? 0 : tail.lastIndexOf(NEWLINE, lineEnd - 1) + 1;
  const { n, t } = parseLine(tail.toString('utf8', lineStart, lineEnd), path);
  return { bytes: from + lineEnd + 1, n, t };
}

function parseLine(line: string, path: string): { n: number; t: number } {
  try {
    const parsed: unknown = JSON.parse(line);
    if (isNumbered(parsed)) return parsed;
  } catch {
    // Told below, in the words of whoever chose the file.
  }
  throw new Error(`${path} is not a ledger: give --ledger a new file, or one the simulator wrote`);
}

function isNumbered(value: unknown): value is { n: number; t: number } {
  if (typeof value !== 'object' || value === null || !('n' in value) || !('t' in value)) {
    return false;
  }
  return Number.isSafeInteger(value.n) && Number.isSafeInteger(value.t);
}
