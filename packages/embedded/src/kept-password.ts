import { chmod, readFile } from 'node:fs/promises';

import { EmbeddedError } from './embedded-error.ts';

/** The file beside a kept database that has its password; belongs to the user who starts it. */
export const keptPasswordFile = (clusterFolder: string): string => `${clusterFolder}.password`;

/**
 * The password of a kept database.
 *
 * @throws {EmbeddedError} `password_missing`: removed, or the data is from before databases had one
 */
export async function readKeptPassword(clusterFolder: string): Promise<string> {
  const file = keptPasswordFile(clusterFolder);
  const password = await readFile(file, 'utf8').then(
    (text) => text.trim(),
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    },
  );
  if (password === '') {
    throw new EmbeddedError(
      'password_missing',
      `The password of the kept data in ${clusterFolder} is missing: put ${file} back, or move the data folder away to begin anew.`,
    );
  }
  // A copy of the folder may have come with the umask's mode.
  await chmod(file, 0o600);
  return password;
}
