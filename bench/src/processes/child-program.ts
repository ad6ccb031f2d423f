import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type App = 'simulator' | 'worker' | 'scheduler' | 'dashboard';

export type ChildOptions = Readonly<{
  /** What it is called in errors. */
  name: string;
  env: NodeJS.ProcessEnv;
  args?: readonly string[];
  /** Called when it ends without being stopped. */
  onDeath(reason: Error): void;
}>;

/** Longer than a worker needs to end hundreds of sessions in order. */
const stopMax = 45_000;

/** A program in a process of its own, whose figures are its own. It ends when this process does, in whatever way. */
export class ChildProgram {
  /** What it told when it was ready. */
  readonly facts: Readonly<Record<string, string | number>>;
  readonly #child: ChildProcess;
  readonly #options: ChildOptions;
  #lastWords = '';
  #stopping = false;

  private constructor(
    child: ChildProcess,
    options: ChildOptions,
    { ready }: Readonly<{ ready: ChildProgram['facts'] }>,
  ) {
    this.#child = child;
    this.#options = options;
    this.facts = ready;
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString()).slice(-3_000);
    });
    child.once('exit', () => {
      if (!this.#stopping) options.onDeath(this.#deathError());
    });
  }

  /** Starts one of the repository's apps, as built. */
  static async startApp(app: App, options: ChildOptions): Promise<ChildProgram> {
    const program = new URL(`../../../apps/${app}/dist/main.js`, import.meta.url);
    return await ChildProgram.start(program, options);
  }

  /** Starts a program and waits until it sends `{ ready: facts }`. Throws with its last words when it ends before. */
  static async start(program: URL, options: ChildOptions): Promise<ChildProgram> {
    const child = fork(fileURLToPath(program), [...(options.args ?? [])], {
      env: options.env,
      // What this process was started with must not change what is measured.
      execArgv: [],
      // A group of its own: the terminal's Ctrl-C goes to us, and we stop what we started in order.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let words = '';
    const listen = (chunk: Buffer) => (words += chunk.toString());
    child.stderr?.on('data', listen);
    const ready = await new Promise<Readonly<{ ready: ChildProgram['facts'] }>>(
      (resolve, reject) => {
        child.once('message', resolve);
        child.once('error', reject);
        child.once('exit', (code, signal) =>
          reject(new Error(`${options.name} ended with ${signal ?? code} at its start:\n${words}`)),
        );
      },
    );
    child.stderr?.off('data', listen);
    return new ChildProgram(child, options, ready);
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error(`${this.#options.name} has no process`);
    return pid;
  }

  /** Sends a message and waits for the next one that comes. Throws when it ends instead, or `signal` aborts. */
  async ask(message: object, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted();
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const answer = once(this.#child, 'message', { signal: either }).then(([first]) => first);
    const death = once(this.#child, 'exit', { signal: either }).then(() => {
      throw this.#deathError();
    });
    try {
      // One that is gone is told of by its exit.
      this.#child.send(message, () => {});
      return await Promise.race([answer, death]);
    } finally {
      over.abort();
      await Promise.allSettled([answer, death]);
    }
  }

  /** SIGTERM, and SIGKILL when that takes longer than a stop in order may. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), stopMax);
    await exited;
    clearTimeout(timer);
  }

  #deathError(): Error {
    const { exitCode, signalCode } = this.#child;
    const how = signalCode ?? exitCode;
    return new Error(`${this.#options.name} ended with ${how}:\n${this.#lastWords}`);
  }
}
