import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from '@dripfleet/tools';

/** Gives `dripfleet` commands over links that nobody strikes. The servers behind them may be down all the same. */
export class Operator {
  readonly #env: NodeJS.ProcessEnv;
  readonly #signal: AbortSignal;

  constructor(env: NodeJS.ProcessEnv, signal: AbortSignal) {
    this.#env = env;
    this.#signal = signal;
  }

  /** Whether it succeeded. A refusal for a wrong option would too be false: the caller counts what it achieved. */
  async tries(...args: readonly string[]): Promise<boolean> {
    return (await runProgram('cli', args, this.#env)).code === 0;
  }

  /** Its stdout; undefined when it failed. */
  async asks(...args: readonly string[]): Promise<string | undefined> {
    const { code, stdout } = await runProgram('cli', args, this.#env);
    return code === 0 ? stdout : undefined;
  }

  /** Again until it succeeds: for commands that are safe to repeat. Throws what it said last when time is up. */
  async insists(...args: readonly string[]): Promise<string> {
    const until = performance.now() + insistMax;
    for (;;) {
      this.#signal.throwIfAborted();
      const { code, stdout, stderr } = await runProgram('cli', args, this.#env);
      if (code === 0) return stdout;
      if (performance.now() > until) {
        throw new Error(`dripfleet ${args[0]} ended with ${code}: ${stderr}`);
      }
      await sleep(1_000, undefined, { signal: this.#signal });
    }
  }
}

/** Longer than the longest outage of a server, ms. */
const insistMax = 120_000;
