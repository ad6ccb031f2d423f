import { type FileHandle, open } from 'node:fs/promises';
import { rejectedHeader, rejectedLine, type RejectedRow } from '@dripfleet/operations';
import { fileError } from './read-text-file.ts';

/** The rows of an import that were not taken, beside its file; made with the first of them. */
export class RejectedFile {
  readonly #path: string;
  #file: FileHandle | undefined;
  #written = false;

  /** `contacts.csv` gets `contacts.rejected.csv`. */
  constructor(importPath: string) {
    this.#path = `${importPath.replace(/\.csv$/i, '')}.rejected.csv`;
  }

  /** Undefined while nothing was rejected. */
  get writtenPath(): string | undefined {
    return this.#written ? this.#path : undefined;
  }

  /** Throws `CommandError` when the file can't be written. */
  async add(row: RejectedRow, header: readonly string[]): Promise<void> {
    try {
      if (!this.#file) {
        // People's numbers: for the one who imports only.
        this.#file = await open(this.#path, 'w', 0o600);
        await this.#file.write(rejectedHeader(header));
        this.#written = true;
      }
      await this.#file.write(rejectedLine(header, row));
    } catch (error) {
      throw fileError(this.#path, error);
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }
}
