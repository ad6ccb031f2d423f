import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type AppName = 'scheduler' | 'worker' | 'dashboard' | 'simulator';

/** What an app told when it was ready. */
export type ReadyFacts = Readonly<Record<string, string | number>>;

export type AppOptions = Readonly<{
  name: string;
  env: NodeJS.ProcessEnv;
  args?: readonly string[];
  /** Takes its log; without it the log goes to our own stderr. */
  onLog?: (chunk: Buffer) => void;
}>;

const stopMax = 45_000;

/** One app of the repository as a child process. It ends when this process does, in whatever way. */
export class AppProcess {
  readonly name: string;
  readonly facts: ReadyFacts;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  private constructor(name: string, child: ChildProcess, facts: ReadyFacts) {
    this.name = name;
    this.facts = facts;
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve();
      else child.once('exit', () => resolve());
    });
  }

  /** Starts `apps/<app>` as built and waits until it says that it is ready. Throws with its last words if it ends first. */
  static async start(
    app: AppName,
    { name, env, args = [], onLog = passOn }: AppOptions,
  ): Promise<AppProcess> {
    const program = fileURLToPath(new URL(`../../apps/${app}/dist/main.js`, import.meta.url));
    const child = fork(program, [...args], {
      env,
      // A group of its own: the terminal's Ctrl-C goes to us, and we stop the apps in order.
      detached: true,
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    const lastWords = keepLastWords(child, onLog);
    const facts = await new Promise<ReadyFacts>((resolve, reject) => {
      child.once('message', (message: { ready: ReadyFacts }) => resolve(message.ready));
      child.once('error', reject);
      child.once('exit', (code, signal) =>
        reject(
          new Error(`${name} ended with ${signal ?? code} before it was ready:\n${lastWords()}`),
        ),
      );
    });
    return new AppProcess(name, child, facts);
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when the process has ended. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Sends it any signal, such as SIGSTOP. Nothing happens when it has ended. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** SIGKILL, which ends a stopped process too. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** SIGTERM, and SIGKILL when that takes longer than a stop in order may. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), stopMax);
    await this.#ended;
    clearTimeout(timer);
  }
}

const passOn = (chunk: Buffer) => process.stderr.write(chunk);

/** Hands on the app's log and keeps its end for an error message. */
function keepLastWords(child: ChildProcess, onLog: (chunk: Buffer) => void): () => string {
  let tail = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-4_000);
    onLog(chunk);
  });
  return () => tail;
}
