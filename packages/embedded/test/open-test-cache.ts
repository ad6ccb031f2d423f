import { chmod, cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';

import { openCacheFolder } from '../src/cache-folder.ts';
import type { ServerNote } from '../src/run-folder.ts';

/** A cache folder of our own, so that what a test leaves behind is nobody else's. */
export class TestCache {
  readonly folder: string;
  /** Our environment, with this cache folder. */
  readonly env: NodeJS.ProcessEnv;

  constructor(folder: string) {
    this.folder = folder;
    this.env = { ...process.env, DRIPFLEET_CACHE: folder, TSX_DISABLE_CACHE: '1' };
  }

  async runFolders(): Promise<readonly string[]> {
    return await readdir(path.join(this.folder, 'runs')).catch(() => []);
  }

  /** The servers that run now, as their keeper noted them. */
  async servers(): Promise<readonly (ServerNote & { name: string })[]> {
    const [run] = await this.runFolders();
    const folder = path.join(this.folder, 'runs', run ?? '');
    const files = (await readdir(folder)).filter((file) => file.endsWith('.server'));
    return await Promise.all(
      files.map(async (file) => {
        const note = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as ServerNote;
        return { ...note, name: path.basename(file, '.server') };
      }),
    );
  }

  async keeperPid(): Promise<number> {
    const [run = ''] = await this.runFolders();
    return Number(run.split('-')[1]);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** `cold` has nothing in it; otherwise it has the Redis that an earlier start may have downloaded. */
export async function openTestCache({ cold = false } = {}): Promise<TestCache> {
  const everyones = await openCacheFolder(process.env);
  const folder = await mkdtemp(path.join(everyones, 'test-'));
  // mkdtemp makes it 0700, and as root the servers run as another user.
  await chmod(folder, 0o755);
  for (const name of cold ? [] : await readdir(everyones)) {
    if (!name.startsWith('redis-')) continue;
    await cp(path.join(everyones, name), path.join(folder, name), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
  return new TestCache(folder);
}
