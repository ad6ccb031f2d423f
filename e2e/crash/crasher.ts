import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type CrashPoint, parseCrashPoint } from './crash-points.ts';
import { lastWords } from './crash-switch.ts';

/** How a process ended. It crashed as it was told if it has named its point and was killed by SIGKILL. */
export type Death = Readonly<{
  point: CrashPoint | undefined;
  signal: NodeJS.Signals | null;
  code: number | null;
  /** Epoch ms. */
  at: number;
  /** The end of what it wrote to stderr. */
  stderr: string;
}>;

/** A worker or a scheduler that is going to kill itself. */
export class Crasher {
  readonly #child: ChildProcess;
  readonly died: Promise<Death>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    let stderr = '';
    child.stderr?.on(
      'data',
      (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-4_000)),
    );
    this.died = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        const [, word = ''] = new RegExp(`^${lastWords}(\\w+)$`, 'm').exec(stderr) ?? [];
        resolve({ point: parseCrashPoint(word), signal, code, at: Date.now(), stderr });
      });
    });
  }

  static start(app: 'worker' | 'scheduler', env: NodeJS.ProcessEnv): Crasher {
    const program = fileURLToPath(new URL(`./crashing-${app}.js`, import.meta.url));
    const stdio = ['ignore', 'ignore', 'pipe', 'ipc'] as const;
    return new Crasher(fork(program, [], { env, stdio: [...stdio], detached: true }));
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** For a clean-up: ends it, if it still lives. */
  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL');
    }
    await this.died;
  }
}
