import { createHash, randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { findProcessMark, getProcessScope } from './process-mark.ts';

/** A server as its run folder remembers it, for the case that its keeper is gone. */
export type ServerNote = Readonly<{ pid: number; mark: string; stopSignal: NodeJS.Signals }>;

const digest = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 12);

/**
 * Makes this keeper's folder, `runs/<scope>-<pid>-<mark>-<random>`. The name tells who keeps it, so there is no
 * moment at which a sweep could find the folder without its owner.
 */
export async function openRunFolder(cacheFolder: string): Promise<string> {
  const mark = digest(findProcessMark(process.pid) ?? '');
  const name = `${digest(getProcessScope())}-${process.pid}-${mark}-${randomBytes(4).toString('hex')}`;
  const folder = path.join(cacheFolder, 'runs', name);
  // Others may pass through to what belongs to them, but not list it.
  await mkdir(folder, { mode: 0o711 });
  return folder;
}

/** Whether nobody keeps this folder any more. Folders of another machine or container are never judged. */
export function isAbandoned(runFolderName: string): boolean {
  const [scope, pid, mark] = runFolderName.split('-');
  if (scope !== digest(getProcessScope())) return false;
  const alive = findProcessMark(Number(pid));
  return alive === undefined || digest(alive) !== mark;
}

export async function noteServer(runFolder: string, name: string, note: ServerNote): Promise<void> {
  await writeFile(path.join(runFolder, `${name}.server`), JSON.stringify(note));
}

export async function removeRunFolder(runFolder: string): Promise<void> {
  // A dying server may still write; ENOTEMPTY is tried again.
  await rm(runFolder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}
