import { mkdir, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { EmbeddedError } from './embedded-error.ts';

const rootFolder = '/var/tmp/dripfleet';

/**
 * The one folder that outlives us: `DRIPFLEET_CACHE`, else `/var/tmp/dripfleet` as root (where other users may
 * pass), else `~/.cache/dripfleet`. Made when absent. Nothing of ours is written to `/tmp`.
 *
 * @throws {EmbeddedError} `cache_folder_unusable`
 */
export async function openCacheFolder(env: NodeJS.ProcessEnv): Promise<string> {
  const folder = chooseFolder(env);
  try {
    await mkdir(path.join(folder, 'runs'), { recursive: true, mode: 0o755 });
  } catch (error) {
    throw new EmbeddedError(
      'cache_folder_unusable',
      `Cannot make the cache folder ${folder}: set DRIPFLEET_CACHE to a folder you can write to. (${String(error)})`,
      { cause: error },
    );
  }
  if (folder === rootFolder) await assertOnlyOursToWrite(folder);
  return folder;
}

function chooseFolder(env: NodeJS.ProcessEnv): string {
  const chosen = env['DRIPFLEET_CACHE'];
  if (chosen) return path.resolve(chosen);
  if (process.getuid?.() === 0) return rootFolder;
  return path.join(env['HOME'] || os.homedir(), '.cache', 'dripfleet');
}

/** Root runs programs from it, and in /var/tmp anybody could have laid them there before. */
async function assertOnlyOursToWrite(folder: string): Promise<void> {
  const { uid, mode } = await stat(folder);
  const foreign = process.getuid !== undefined && uid !== process.getuid();
  if (!foreign && (mode & 0o022) === 0) return;
  throw new EmbeddedError(
    'cache_folder_unusable',
    `Will not run programs from ${folder}, which other users can write to: remove it, or set DRIPFLEET_CACHE to a folder of your own.`,
  );
}
