import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { startEmbedded } from '@dripfleet/embedded';

import type { ServerOptions } from './server-options.ts';

type Embedded = Awaited<ReturnType<typeof startEmbedded>>;

/**
 * A Postgres that can be shut down the hard way and started again with what it had committed: it syncs its log, so that
 * nothing it acknowledged is lost. Its password stays, its port does not.
 */
export class PostgresServer {
  readonly #options: ServerOptions;
  readonly #folder: string;
  #embedded: Embedded | undefined;
  #gone: Promise<void> = Promise.resolve();
  #struck = false;

  private constructor(options: ServerOptions, folder: string) {
    this.#options = options;
    this.#folder = folder;
  }

  /** Keeps its data below `folder`, which it makes. */
  static async open(options: ServerOptions, folder: string): Promise<PostgresServer> {
    mkdirSync(folder, { recursive: true });
    // As root it runs as another user, who must be able to enter.
    chmodSync(folder, 0o755);
    const postgres = new PostgresServer(options, folder);
    await postgres.start();
    return postgres;
  }

  get port(): number {
    return Number(new URL(this.#url).port);
  }

  get how(): string {
    return this.#embedded?.how.postgres ?? 'stopped';
  }

  /** For a client that reaches it on another port. */
  urlAt(port: number): string {
    const url = new URL(this.#url);
    url.port = String(port);
    return url.href;
  }

  async start(): Promise<void> {
    const { env, say, onFailure } = this.#options;
    let ended: () => void = () => {};
    this.#gone = new Promise((resolve) => {
      ended = resolve;
    });
    this.#struck = false;
    this.#embedded = await startEmbedded({
      redis: false,
      durable: true,
      dataFolder: this.#folder,
      env,
      onProgress: say,
      onFailure: (error) => {
        if (!this.#struck) onFailure(error);
        ended();
      },
    });
  }

  /** An immediate shutdown: no checkpoint, no goodbye; the log is replayed at the next start. */
  async crash(): Promise<void> {
    this.#struck = true;
    process.kill(this.#postmaster, 'SIGQUIT');
    await this.#gone;
  }

  /** What `pg_terminate_backend` does, to every client's backend at once. Returns how many there were. */
  terminateBackends(): number {
    const backends = childrenOf(this.#postmaster).filter(({ command }) =>
      command.includes(' 127.0.0.1('),
    );
    for (const { pid } of backends) process.kill(pid, 'SIGTERM');
    return backends.length;
  }

  /** Stops it in order and removes its data. */
  async close(): Promise<void> {
    if (!this.#struck) await this.#embedded?.stop();
    rmSync(this.#dataFolder, { recursive: true, force: true });
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #url(): string {
    return this.#embedded?.databaseUrl ?? '';
  }

  /** Elsewhere, with a link to it, when the server's user may not enter our folder. */
  get #dataFolder(): string {
    try {
      return realpathSync(path.join(this.#folder, 'data'));
    } catch {
      return this.#folder;
    }
  }

  get #postmaster(): number {
    const file = path.join(this.#dataFolder, 'postgres', 'postmaster.pid');
    return Number(readFileSync(file, 'utf8').split('\n')[0]);
  }
}

function childrenOf(parent: number): readonly Readonly<{ pid: number; command: string }>[] {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return listed.split('\n').flatMap((line) => {
    const [, pid, ppid, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(ppid) === parent ? [{ pid: Number(pid), command }] : [];
  });
}
