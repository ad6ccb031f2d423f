import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { EmbeddedError } from './embedded-error.ts';
import type { KeeperContext } from './keeper-context.ts';
import { findProcessMark, getProcessScope } from './process-mark.ts';
import { runCommand } from './run-command.ts';

export type DataFolder = Readonly<{ path: string; close(): Promise<void> }>;

type Holder = Readonly<{ scope: string; pid: number; mark: string }>;

/**
 * Takes the folder for data that is kept, made when absent, for this process alone: two Redis servers would
 * write over each other's file.
 *
 * @throws {EmbeddedError} `data_in_use`
 */
export async function openDataFolder(context: KeeperContext, wanted: string): Promise<DataFolder> {
  await mkdir(wanted, { recursive: true });
  const folder = (await canServersEnter(context, wanted))
    ? wanted
    : await openAside(context, wanted);
  const holderFile = path.join(folder, 'keeper.json');
  await takeHolderFile(holderFile);
  return { path: folder, close: async () => await rm(holderFile, { force: true }) };
}

/** As root, the servers run as another user, who may not enter /root. */
async function canServersEnter({ env, user }: KeeperContext, folder: string): Promise<boolean> {
  if (user === undefined) return true;
  return await runCommand('test', ['-x', folder], { env, user }).then(
    () => true,
    () => false,
  );
}

/** Only root comes here. Leaves a link, so that the data is found from where it was wanted. */
async function openAside(context: KeeperContext, wanted: string): Promise<string> {
  const id = createHash('sha256').update(wanted).digest('hex').slice(0, 12);
  const folder = path.join('/var/lib/dripfleet', id);
  await mkdir(folder, { recursive: true });
  await symlink(folder, path.join(wanted, 'data')).catch(() => {});
  context.progress(`the data is in ${folder}: user ${context.user?.name} may not enter ${wanted}`);
  return folder;
}

async function takeHolderFile(file: string): Promise<void> {
  const holder: Holder = {
    scope: getProcessScope(),
    pid: process.pid,
    mark: findProcessMark(process.pid) ?? '',
  };
  const write = async () => {
    await writeFile(file, JSON.stringify(holder), { flag: 'wx' });
  };
  try {
    await write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    await assertHolderGone(file);
    await rm(file, { force: true });
    await write();
  }
}

async function assertHolderGone(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => '');
  // Cut short by a crash: nobody's.
  if (!text.endsWith('}')) return;
  const { scope, pid, mark } = JSON.parse(text) as Holder;
  // In another container its process ids mean nothing here; PostgreSQL has a lock of its own.
  if (scope !== getProcessScope() || findProcessMark(pid) !== mark) return;
  throw new EmbeddedError(
    'data_in_use',
    `${path.dirname(file)} is in use by process ${pid}: stop it first, or choose another data folder.`,
  );
}
