import { access, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';

import { Apt } from './apt.ts';
import { findOnPath } from './find-on-path.ts';
import type { KeeperContext } from './keeper-context.ts';
import { publishFolder } from './publish-folder.ts';
import { runCommand } from './run-command.ts';
import { serverEnvironment } from './server-environment.ts';

/** `redis-check-rdb` and `redis-server` are one binary that looks at its name; this package has it without a service. */
const redisPackage = 'redis-tools';
/** redis-tools, its libraries, and theirs. */
const maxRounds = 4;

/**
 * Downloads Debian's or Ubuntu's Redis with apt-get, without installing it, into the cache, once. Needs no root.
 *
 * Undefined where there is no apt-get. Throws `CommandError` when there is one and it could not.
 */
export async function unpackRedis(
  context: KeeperContext,
): Promise<{ file: string; libraryPath: string } | undefined> {
  const place = path.join(context.cacheFolder, `redis-${await nameSystem()}`);
  if (!(await exists(place))) {
    const tools = await Promise.all(
      ['apt-get', 'dpkg-deb'].map(async (tool) => await findOnPath(tool, context.env)),
    );
    if (tools.includes(undefined)) return undefined;
    context.progress(
      'no Redis on this machine: downloading its Debian package into the cache folder',
    );
    await publishFolder(await buildFolder(context), place);
  }
  return { file: serverFile(place), libraryPath: await listLibraryFolders(place) };
}

const serverFile = (folder: string): string => path.join(folder, 'usr', 'bin', 'redis-server');

async function buildFolder(context: KeeperContext): Promise<string> {
  const stage = path.join(context.runFolder, 'redis-binaries');
  await mkdir(stage);
  const apt = new Apt(context);
  let packages: readonly string[] = [redisPackage];
  for (let round = 0; round < maxRounds && packages.length > 0; round += 1) {
    for (const file of await apt.download(packages)) {
      await runCommand('dpkg-deb', ['-x', file, stage], { env: context.env });
    }
    if (!(await lacksLibraries(context, stage))) break;
    packages = await keepMissing(context, await apt.listLibraries(packages));
  }
  await symlink('redis-check-rdb', serverFile(stage));
  return stage;
}

async function lacksLibraries(context: KeeperContext, stage: string): Promise<boolean> {
  const binary = path.join(stage, 'usr', 'bin', 'redis-check-rdb');
  const env = {
    ...serverEnvironment(context.env, context.runFolder),
    LD_LIBRARY_PATH: await listLibraryFolders(stage),
  };
  return (await runCommand('ldd', [binary], { env })).includes('not found');
}

/** Those of the packages that the system does not have. */
async function keepMissing(
  { env }: KeeperContext,
  packages: readonly string[],
): Promise<readonly string[]> {
  // Exits with 1 when one of the names is unknown, and still lists the others.
  const query = 'dpkg-query --show --showformat "$0" "$@" || true';
  const format = '${Package} ${db:Status-Status}\\n';
  const known = await runCommand('sh', ['-c', query, format, ...packages], { env });
  const installed = new Set(known.split('\n'));
  return packages.filter((name) => !installed.has(`${name} installed`));
}

async function listLibraryFolders(root: string): Promise<string> {
  const folders: string[] = [];
  for (const parent of ['lib', 'usr/lib']) {
    const names = await readdir(path.join(root, parent)).catch(() => []);
    const native = names.filter((name) => name.includes('-linux-'));
    folders.push(...native.map((name) => path.join(root, parent, name)));
  }
  return folders.join(':');
}

/** A home folder may be shared by machines; the libraries of one do not fit the other. */
async function nameSystem(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const find = (key: string) => new RegExp(`^${key}="?([\\w.-]+)`, 'm').exec(release)?.[1] ?? '';
  return `${find('ID')}${find('VERSION_ID')}-${process.arch}`;
}

async function exists(folder: string): Promise<boolean> {
  return await access(folder).then(
    () => true,
    () => false,
  );
}
