import { statSync } from 'node:fs';
import { InputError } from './input-error.ts';

/** How many bytes a file has now. Throws `InputError` when it cannot be read. */
export function findFileSize(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new InputError(`${path} cannot be read: ${problem}`, { cause: error });
  }
}
