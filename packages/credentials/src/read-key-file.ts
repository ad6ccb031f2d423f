import { type FileHandle, open } from 'node:fs/promises';
import { platform } from 'node:process';
import { KeyFileError } from './key-file-error.ts';
import { parseKeyFile } from './parse-key-file.ts';
import type { WrappingKey } from './wrapping-key.ts';

/** Hundreds of keys and their comments. */
const bytesMax = 64 * 1024;

/**
 * Reads the key file. A group may read it, for that is how orchestrators hand a secret to a process that isn't root.
 * Throws `KeyFileError` when it is missing, is open to others, or holds what is no key.
 */
export async function readKeyFile(file: string): Promise<readonly WrappingKey[]> {
  return parseKeyFile(await readKeyText(file), file);
}

/** The text of the file, after the checks of the file itself. Throws `KeyFileError`. */
export async function readKeyText(file: string): Promise<string> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new KeyFileError(unopened(file, error), { cause: error });
  });
  try {
    await refuseUnsafe(handle, file);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

async function refuseUnsafe(handle: FileHandle, file: string): Promise<void> {
  const facts = await handle.stat();
  if (!facts.isFile()) throw new KeyFileError(`${file} is not a file`);
  if (facts.size > bytesMax)
    throw new KeyFileError(`${file} is larger than ${bytesMax / 1024} KiB; is it the key file?`);
  // Windows keeps who may read a file elsewhere.
  if (platform === 'win32' || (facts.mode & 0o027) === 0) return;
  const mode = (facts.mode & 0o777).toString(8).padStart(3, '0');
  throw new KeyFileError(
    `${file} can be read or changed by others (mode ${mode}); run: chmod 600 ${file}`,
  );
}

function unopened(file: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT')
    return `there is no key file ${file}; make one with: dripfleet credentials new-key ${file}`;
  if (code === 'EACCES') return `the key file ${file} may not be read by this user`;
  return `the key file ${file} can't be read (${typeof code === 'string' ? code : 'unknown reason'})`;
}
