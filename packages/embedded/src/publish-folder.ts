import { rename, rm } from 'node:fs/promises';

/**
 * Moves a finished folder to its place in the cache in one step. Whoever comes second keeps the first one's:
 * both hold the same, so a cold cache may be filled by several processes at once.
 */
export async function publishFolder(finished: string, place: string): Promise<void> {
  try {
    await rename(finished, place);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    await rm(finished, { recursive: true, force: true });
  }
}
