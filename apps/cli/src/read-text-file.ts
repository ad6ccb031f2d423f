import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CommandError } from './command-error.ts';

/** A text file as named on the command line. Throws `CommandError` `not_found` or `failed`; past `bytesMax`, `failed`. */
export async function readTextFile(
  file: string,
  { cwd, bytesMax }: { cwd: string; bytesMax: number },
): Promise<string> {
  try {
    const path = resolve(cwd, file);
    const { size } = await stat(path);
    if (size > bytesMax)
      throw new CommandError('failed', `${file} is larger than ${bytesMax / 1024} KiB`);
    return await readFile(path, 'utf8');
  } catch (error) {
    throw error instanceof CommandError ? error : fileError(file, error);
  }
}

/** What a failed look at a file means for a person. */
export function fileError(file: string, error: unknown): CommandError {
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return new CommandError('not_found', `there is no file ${file}`);
  if (code === 'EACCES')
    return new CommandError('not_allowed', `${file} may not be read or written`);
  return new CommandError(
    'failed',
    `${file} can't be read (${typeof code === 'string' ? code : 'unknown reason'})`,
  );
}
