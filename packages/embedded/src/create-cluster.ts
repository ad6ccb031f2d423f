import { chown, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import type { PostgresPrograms } from './find-postgres.ts';
import { keptPasswordFile } from './kept-password.ts';
import type { KeeperContext } from './keeper-context.ts';
import { runCommand } from './run-command.ts';
import { makePassword, writeSecretFile } from './secret-file.ts';
import { serverEnvironment } from './server-environment.ts';

export type Cluster = Readonly<{ folder: string; kept: boolean }>;

export const userName = 'dripfleet';
export const databaseName = 'dripfleet';

/**
 * Makes a database that asks everybody for the password it returns; with `kept` that is also in a file beside it.
 *
 * Made under another name and moved when complete, so that an interrupted start leaves no half database.
 */
export async function createCluster(
  context: KeeperContext,
  { binFolder, major }: PostgresPrograms,
  { folder, kept }: Cluster,
): Promise<string> {
  const { env, runFolder, user } = context;
  context.progress(`creating a PostgreSQL ${major} database`);
  const password = makePassword();
  // Before the database, which without it could never be opened again.
  if (kept) await writeSecretFile(keptPasswordFile(folder), password, undefined);
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (user) await chown(unfinished, user.uid, user.gid);
  await runInitdb(context, binFolder, { folder: unfinished, kept, password });
  // Single-user mode makes a database without a client library.
  await runCommand(
    path.join(binFolder, 'postgres'),
    ['--single', '-D', unfinished, '-c', `fsync=${kept ? 'on' : 'off'}`, 'postgres'],
    {
      env: serverEnvironment(env, runFolder),
      user,
      input: `create database ${databaseName};\n`,
    },
  );
  await rename(unfinished, folder);
  return password;
}

async function runInitdb(
  { env, runFolder, user }: KeeperContext,
  binFolder: string,
  { folder, kept, password }: Cluster & Readonly<{ password: string }>,
): Promise<void> {
  const passwordFile = path.join(runFolder, 'initdb.password');
  await writeSecretFile(passwordFile, password, user);
  const login = ['--auth', 'scram-sha-256', '--username', userName, '--pwfile', passwordFile];
  const names = ['--encoding', 'UTF8', '--locale', 'C'];
  const sync = kept ? [] : ['--no-sync'];
  try {
    await runCommand(path.join(binFolder, 'initdb'), ['-D', folder, ...login, ...names, ...sync], {
      env: serverEnvironment(env, runFolder),
      user,
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
}
