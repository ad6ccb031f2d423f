import { execFile } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem, type } from 'node:os';
import { promisify } from 'node:util';

/** What a figure depends on beside the code. No names of hosts or users. */
export type Machine = Readonly<{
  cpu: string;
  cores: number;
  memoryGiB: number;
  system: string;
  node: string;
}>;

/** Above this a figure of time measures what else runs. */
const quietLoad = 0.5;

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${process.arch}`,
    node: process.version,
  };
}

/** Of the last minute, over all cores; and what to think of it. */
export function readLoad(cores: number): Readonly<{ load: number; warning: string | undefined }> {
  return judgeLoad(loadavg()[0] ?? 0, cores);
}

export function judgeLoad(
  load: number,
  cores: number,
): Readonly<{ load: number; warning: string | undefined }> {
  const busy = load > quietLoad * cores;
  return {
    load,
    warning: busy
      ? `The machine was busy before the run began: load ${load.toFixed(2)} on ${cores} cores. Times and CPU are upper bounds.`
      : undefined,
  };
}

/** Which sources were measured; undefined where git does not know. */
export async function findCommit(folder: URL): Promise<string | undefined> {
  const git = async (...args: readonly string[]) =>
    (await promisify(execFile)('git', args, { cwd: folder })).stdout.trim();
  try {
    const commit = await git('rev-parse', '--short=12', 'HEAD');
    const changed = await git('status', '--porcelain', '--untracked-files=no');
    return changed === '' ? commit : `${commit} and changes on top`;
  } catch {
    return undefined;
  }
}
