import { createWriteStream, writeFileSync, type WriteStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppProcess } from '@dripfleet/tools';

import type { HookOrder } from './hook.ts';
import type { Links } from './links.ts';

export type MemberOptions = Readonly<{
  app: 'worker' | 'scheduler';
  name: string;
  /** Its own, each to one server. */
  links: Links;
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** Where orders to the hook lie. */
  ordersFile: string;
  signal: AbortSignal;
  /** It ended, and nobody had ended it. */
  onLost(how: string): void;
}>;

/** How long to wait before a start that failed is tried again, ms: what it needs may be struck just now. */
const startPause = 1_000;

/** One place in the fleet: a worker or a scheduler that is ended and started again. */
export class Member {
  readonly name: string;
  readonly links: Links;
  readonly #options: MemberOptions;
  readonly #log: WriteStream;
  #process: AppProcess | undefined;
  #expected = false;

  constructor(options: MemberOptions) {
    this.name = options.name;
    this.links = options.links;
    this.#options = options;
    this.#log = createWriteStream(options.logFile);
  }

  /** The fleet's name of the running worker; a new one at each start. */
  get worker(): string | undefined {
    return this.isAlive ? String(this.#process?.facts['worker']) : undefined;
  }

  get isAlive(): boolean {
    return this.#process?.isAlive ?? false;
  }

  /** Starts it, and again until it works or the run ends, as an orchestrator does. `settings` are beside its own. */
  async start(settings: NodeJS.ProcessEnv = {}): Promise<void> {
    const { app, name, signal } = this.#options;
    const env = { ...this.#options.env, ...settings };
    while (!signal.aborted) {
      try {
        const started = await AppProcess.start(app, {
          name,
          env,
          onLog: (chunk) => this.#log.write(chunk),
        });
        // The run ended meanwhile, and nobody is left to end this one.
        if (signal.aborted) await started.kill();
        this.#process = started;
        this.#expected = false;
        void this.#watch(started);
        return;
      } catch {
        await sleep(startPause, undefined, { signal }).catch(() => {});
      }
    }
  }

  async kill(): Promise<void> {
    this.#expected = true;
    await this.#process?.kill();
  }

  /** SIGTERM and all the time that a stop in order may take. */
  async terminate(): Promise<void> {
    this.#expected = true;
    await this.#process?.stop();
  }

  freeze(): void {
    this.#process?.signal('SIGSTOP');
  }

  thaw(): void {
    this.#process?.signal('SIGCONT');
  }

  /** Workers only: carried out by the hook that is loaded into them. */
  order(order: HookOrder): void {
    writeFileSync(this.#options.ordersFile, JSON.stringify(order));
    this.#process?.signal('SIGUSR2');
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    this.thaw();
    await this.terminate();
    this.#log.end();
  }

  /** One that ended by itself is started again, and told of: no fault of ours may end it. */
  async #watch(started: AppProcess): Promise<void> {
    await started.ended;
    const { name, signal, onLost } = this.#options;
    if (this.#process !== started || this.#expected || signal.aborted) return;
    onLost(`${name} ended by itself`);
    await this.start();
  }
}
