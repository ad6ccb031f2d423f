import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { findLedgerEnd } from './find-ledger-end.ts';
import type { LedgerEvent } from './ledger-event.ts';

/** The append-only record a judge reads: what the network saw, in order. */
export class Ledger {
  readonly #now: () => number;
  readonly #file: number | undefined;
  #n: number;
  #t: number;
  #lines: string[] = [];
  #waiting: (() => void)[] = [];
  #flushing: NodeJS.Immediate | undefined;

  constructor({ file, n, t, now }: LedgerState) {
    this.#file = file;
    this.#n = n;
    this.#t = t;
    this.#now = now;
  }

  /** How many lines it has, those not yet in the file included. */
  get length(): number {
    return this.#n;
  }

  /**
   * Adds a line; it is in the file before the event loop's turn ends.
   *
   * `t` never goes back: a sliding window is judged by it, also when the system's clock is set.
   */
  append(event: LedgerEvent): void {
    this.#n += 1;
    this.#t = Math.max(this.#t, this.#now());
    this.#lines.push(`${JSON.stringify({ t: this.#t, n: this.#n, ...event })}\n`);
    this.#flushSoon();
  }

  /**
   * Calls back once all lines appended so far are in the file.
   *
   * What a client sees waits for it, so that a judge never misses what a client saw. All that one turn of the
   * event loop brought shares one write.
   */
  whenWritten(callback: () => void): void {
    this.#waiting.push(callback);
    this.#flushSoon();
  }

  /** Writes what is left, calls back whoever waits, and closes the file. */
  close(): void {
    clearImmediate(this.#flushing);
    while (this.#lines.length > 0 || this.#waiting.length > 0) this.#flush();
    clearImmediate(this.#flushing);
    if (this.#file !== undefined) closeSync(this.#file);
  }

  #flushSoon(): void {
    this.#flushing ??= setImmediate(() => {
      this.#flush();
    });
  }

  /** A write that fails throws out of the event loop: a network without its ledger must not go on. */
  #flush(): void {
    this.#flushing = undefined;
    const lines = this.#lines;
    const waiting = this.#waiting;
    this.#lines = [];
    this.#waiting = [];
    if (this.#file !== undefined && lines.length > 0) writeAll(this.#file, lines.join(''));
    for (const callback of waiting) callback();
  }
}

interface LedgerState {
  readonly file: number | undefined;
  readonly n: number;
  readonly t: number;
  readonly now: () => number;
}

/**
 * Opens the ledger at `path`, or one that is kept nowhere.
 *
 * An existing file is continued: `n` and `t` go on from its last line, a line torn by a crash is cut off (nobody was
 * told of it), and a `start` line says that the connections before are gone. Throws if the file is not a ledger.
 */
export function openLedger(path: string | undefined, now: () => number = Date.now): Ledger {
  if (path === undefined) return new Ledger({ file: undefined, n: 0, t: 0, now });
  const file = openSync(path, 'a+');
  try {
    const end = findLedgerEnd(file, path);
    ftruncateSync(file, end.bytes);
    const ledger = new Ledger({ file, n: end.n, t: end.t, now });
    if (end.n > 0) ledger.append({ event: 'start' });
    return ledger;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}
