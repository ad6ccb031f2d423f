import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { findProcessMark } from './process-mark.ts';
import { isAbandoned, removeRunFolder, type ServerNote } from './run-folder.ts';

/**
 * Removes what keepers left that could not clean up (SIGKILL, power cut): ends their servers, removes their
 * folders. Several processes may sweep at once. What cannot be swept, another user's for example, is left.
 */
export async function sweepRuns(cacheFolder: string): Promise<void> {
  const runs = path.join(cacheFolder, 'runs');
  for (const name of await readdir(runs)) {
    if (!isAbandoned(name)) continue;
    try {
      await endServers(path.join(runs, name));
      await removeRunFolder(path.join(runs, name));
    } catch {
      // The next start tries again.
    }
  }
}

async function endServers(runFolder: string): Promise<void> {
  const notes = (await readdir(runFolder)).filter((file) => file.endsWith('.server'));
  await Promise.all(notes.map(async (file) => await endServer(path.join(runFolder, file))));
}

async function endServer(noteFile: string): Promise<void> {
  const { pid, mark, stopSignal } = JSON.parse(await readFile(noteFile, 'utf8')) as ServerNote;
  for (const signal of [stopSignal, 'SIGKILL'] as const) {
    if (findProcessMark(pid) !== mark) return;
    process.kill(pid, signal);
    await waitUntilGone(pid, mark);
  }
}

/** It is not our child, so there is no event to wait for: at most 5 s. */
async function waitUntilGone(pid: number, mark: string): Promise<void> {
  for (let waited = 0; waited < 5_000 && findProcessMark(pid) === mark; waited += 50) {
    await sleep(50);
  }
}
