import { mkdir, mkdtemp, readdir } from 'node:fs/promises';
import path from 'node:path';

import type { KeeperContext } from './keeper-context.ts';
import { runCommand } from './run-command.ts';
import { serverEnvironment } from './server-environment.ts';

const timeoutMs = 120_000;
/** Without it a dead mirror is waited for two minutes, once per address. */
const networkOptions = ['-o', 'Acquire::http::Timeout=20', '-o', 'Acquire::https::Timeout=20'];

/**
 * Debian's package tool as anybody may use it: reads and downloads, installs nothing, changes nothing of the
 * system's. Methods throw `CommandError`: no network, or no such package.
 *
 * The system's package lists are tried first; a fresh image has none, and old ones name files that are gone. Then
 * lists of our own are fetched into the run folder, and used from there on.
 */
export class Apt {
  readonly #context: KeeperContext;
  #listOptions: readonly string[] = [];

  constructor(context: KeeperContext) {
    this.#context = context;
  }

  /** The files of these packages, without what they depend on. */
  async download(packages: readonly string[]): Promise<readonly string[]> {
    const folder = await mkdtemp(path.join(this.#context.runFolder, 'packages-'));
    try {
      await this.#run('apt-get', ['download', ...packages], folder);
    } catch (error) {
      this.#context.signal.throwIfAborted();
      if (this.#listOptions.length > 0) throw error;
      await this.#fetchLists();
      await this.#run('apt-get', ['download', ...packages], folder);
    }
    const files = await readdir(folder);
    return files.filter((file) => file.endsWith('.deb')).map((file) => path.join(folder, file));
  }

  /** Names of the libraries these packages depend on, the first of each choice and the others. */
  async listLibraries(packages: readonly string[]): Promise<readonly string[]> {
    const text = await this.#run('apt-cache', ['depends', '--important', ...packages], '/');
    const lines = text.matchAll(/^ +\|?(?:Pre)?Depends: ((?:lib|lua-)\S+)$/gm);
    return [...new Set([...lines].map(([, name = '']) => name))];
  }

  async #fetchLists(): Promise<void> {
    const folder = path.join(this.#context.runFolder, 'apt');
    const [state, cache] = [path.join(folder, 'state'), path.join(folder, 'cache')];
    await mkdir(path.join(state, 'lists', 'partial'), { recursive: true });
    await mkdir(path.join(cache, 'archives', 'partial'), { recursive: true });
    this.#listOptions = ['-o', `Dir::State=${state}`, '-o', `Dir::Cache=${cache}`];
    this.#context.progress('fetching the package lists');
    // A hook of the system may fail without root after all lists arrived; the download is the judge.
    await this.#run('apt-get', ['update'], folder).catch(() => {});
  }

  async #run(tool: string, args: readonly string[], cwd: string): Promise<string> {
    const { env, runFolder, signal } = this.#context;
    // As root apt would change to a user of its own, who may not write to our folder.
    const sandbox = process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : [];
    const options = [...networkOptions, ...sandbox, ...this.#listOptions];
    return await runCommand(tool, [...args, '-q', ...options], {
      // Ours has the proxy settings that apt reads.
      env: { ...env, ...serverEnvironment(env, runFolder) },
      cwd,
      signal,
      timeoutMs,
    });
  }
}
