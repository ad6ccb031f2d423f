import { type ChildProcess, fork, type ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { EmbeddedError } from './embedded-error.ts';
import type { KeeperReport, KeeperSettings, KeptServers } from './keeper-messages.ts';
import { sweepRuns } from './sweep-runs.ts';

export type KeeperOptions = Readonly<{
  onProgress?: (line: string) => void;
  onFailure?: (error: EmbeddedError) => void;
  env?: NodeJS.ProcessEnv;
}>;

/** Our end of the keeper: one per start. */
export class KeeperProcess {
  readonly #child: ChildProcess;
  readonly #options: KeeperOptions;
  /** Resolves when the keeper is gone, and with it the servers. */
  readonly #gone: Promise<unknown>;
  readonly #ready: Promise<KeptServers>;
  #failure: EmbeddedError | undefined;
  #stderr = '';
  #isStopping = false;

  constructor(settings: KeeperSettings, options: KeeperOptions) {
    this.#options = options;
    this.#child = forkKeeper(settings, options.env);
    // An error event means that it could not be forked; it is then gone as well.
    this.#gone = once(this.#child, 'close').catch((error: unknown) => {
      this.#stderr += String(error);
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-3_000);
    });
    this.#ready = this.#listen();
  }

  /** @throws {EmbeddedError} when the keeper failed, after it has cleaned up and gone */
  async ready(): Promise<KeptServers> {
    const servers = await Promise.race([this.#ready, this.#gone.then(() => undefined)]);
    if (servers === undefined) throw this.#getFailure();
    this.#letParentExit();
    void this.#watch(servers);
    return servers;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#child.ref();
    if (this.#child.connected) this.#child.send('stop', () => {});
    await this.#gone;
  }

  async #listen(): Promise<KeptServers> {
    return await new Promise((resolve) => {
      this.#child.on('message', (message) => {
        const report = message as KeeperReport;
        if (report.kind === 'progress') this.#options.onProgress?.(report.line);
        else if (report.kind === 'ready') resolve(report.servers);
        else this.#failure = toError(report);
      });
    });
  }

  async #watch({ cacheFolder }: KeptServers): Promise<void> {
    await this.#gone;
    if (this.#isStopping) return;
    // A keeper that was itself killed left its servers running.
    if (this.#failure === undefined) await sweepRuns(cacheFolder);
    this.#options.onFailure?.(this.#getFailure());
  }

  #getFailure(): EmbeddedError {
    const fallback = `The keeper of the embedded servers ended early. ${this.#stderr.trim()}`;
    return this.#failure ?? new EmbeddedError('start_failed', fallback.trim());
  }

  /** Whoever forgets to stop us can still exit; the keeper then sees the end of the channel. */
  #letParentExit(): void {
    this.#child.unref();
    this.#child.channel?.unref();
    const { stderr } = this.#child;
    if (stderr !== null && 'unref' in stderr && typeof stderr.unref === 'function') stderr.unref();
  }
}

function toError({ code, message, cause }: KeeperReport & { kind: 'failed' }): EmbeddedError {
  return new EmbeddedError(code, message, cause === '' ? {} : { cause: new Error(cause) });
}

function forkKeeper(settings: KeeperSettings, env: NodeJS.ProcessEnv | undefined): ChildProcess {
  const ownFile = fileURLToPath(import.meta.url);
  const fromSource = path.extname(ownFile) === '.ts';
  // oxlint-disable-next-line node/no-process-env -- a child's environment is ours unless the caller gave another
  const inherited = env ?? process.env;
  const options: ForkOptions = {
    // From source (tests, development) it needs the TypeScript loader, built it does not.
    execArgv: fromSource ? ['--import', findTypeScriptLoader()] : [],
    // The loader's cache would be in the folder for temporary files, which may not be writable.
    env: fromSource ? { ...inherited, TSX_DISABLE_CACHE: '1' } : inherited,
    // A process group and session of its own: no terminal signals it.
    detached: true,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  };
  const keeper = path.join(path.dirname(ownFile), fromSource ? 'keeper.ts' : 'keeper.js');
  return fork(keeper, [JSON.stringify(settings)], options);
}

/** As a URL, because Node resolves a bare name from the working directory. */
function findTypeScriptLoader(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
}
