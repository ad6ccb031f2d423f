import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

import type { ServerUser } from './server-user.ts';

export type ServerCommand = Readonly<{
  name: 'postgres' | 'replica' | 'redis';
  file: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  user: ServerUser | undefined;
  /** What the server writes when it takes connections. */
  readyText: string;
  stopSteps: readonly StopStep[];
}>;

/** A signal and how long it may take to work before the next one. */
export type StopStep = Readonly<{ signal: NodeJS.Signals; waitMs: number }>;

export type StartOutcome =
  | Readonly<{ kind: 'ready' }>
  | Readonly<{ kind: 'ended'; how: string }>
  | Readonly<{ kind: 'late' }>;

const tailLength = 3_000;

/** One running server: knows when it takes connections, how it ended, and the end of its log. */
export class ServerProcess {
  readonly command: ServerCommand;
  /** Resolves with how the process ended; never rejects. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #ready: Promise<void>;
  #tail = '';
  #hasEnded = false;

  constructor(command: ServerCommand) {
    const { file, args, env, user } = command;
    this.command = command;
    this.#child = spawn(file, args, {
      env,
      // The server's user may not be allowed into our working directory.
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(user && { uid: user.uid, gid: user.gid }),
    });
    this.ended = this.#watchEnd();
    this.#ready = this.#watchLog();
  }

  /** Undefined when the program could not be run at all; `ended` says why. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The last lines the server wrote. */
  get logTail(): string {
    return this.#tail.slice(this.#tail.indexOf('\n') + 1).trim() || this.#tail.trim();
  }

  /** Resolves when the server takes connections, has ended, or did neither within `timeoutMs`. */
  async waitUntilReady(timeoutMs: number): Promise<StartOutcome> {
    const timeout = new AbortController();
    try {
      return await Promise.race([
        this.#ready.then(() => ({ kind: 'ready' }) as const),
        this.ended.then((how) => ({ kind: 'ended', how }) as const),
        elapsed(timeoutMs, timeout.signal).then(() => ({ kind: 'late' }) as const),
      ]);
    } finally {
      timeout.abort();
    }
  }

  /** Ends the server, kindly first. Resolves when it is gone. Repeats are harmless. */
  async stop(): Promise<void> {
    for (const { signal, waitMs } of this.command.stopSteps) {
      if (this.#hasEnded) return;
      this.#child.kill(signal);
      const timeout = new AbortController();
      await Promise.race([this.ended, elapsed(waitMs, timeout.signal)]);
      timeout.abort();
    }
    await this.ended;
  }

  async #watchEnd(): Promise<string> {
    try {
      const [code, signal] = (await once(this.#child, 'close')) as [number | null, string | null];
      return signal === null ? `exited with code ${code}` : `was killed by ${signal}`;
    } catch (error) {
      return `could not be run: ${(error as Error).message}`;
    } finally {
      this.#hasEnded = true;
    }
  }

  async #watchLog(): Promise<void> {
    await new Promise<void>((resolve) => {
      const read = (chunk: Buffer) => {
        this.#tail = (this.#tail + chunk.toString()).slice(-tailLength);
        if (this.#tail.includes(this.command.readyText)) resolve();
      };
      this.#child.stdout?.on('data', read);
      this.#child.stderr?.on('data', read);
    });
  }
}

async function elapsed(durationMs: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, durationMs);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
