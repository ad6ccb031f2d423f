import type { Random } from '../time/random.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import { never, type SimulatedProcess } from './simulated-process.ts';

/** How a server, or the way to it, fails: it refuses at once, or swallows everything. */
export type Outage = 'refuses' | 'swallows';

/** What becomes of one call: the reply is lost, or the process dies or stops before the request leaves or with its reply. */
export type CallFate =
  | Readonly<{ kind: 'reply_lost' }>
  | Readonly<{ kind: 'killed'; when: 'before' | 'after' }>
  | Readonly<{ kind: 'stopped'; when: 'before' | 'after'; duration: number }>;

export type LinkOptions = Readonly<{
  process: SimulatedProcess;
  time: VirtualTime;
  random: Random;
  /** What the link to this server suffers from now. */
  weather(): Weather;
  /** Made for a call that was not answered, or whose connection broke. */
  toError(call: string): Error;
  /** How long a caller waits, ms. */
  patience: number;
  /** Asked once a call. */
  fateOf?(call: string): CallFate | undefined;
}>;

export type Weather = Readonly<{
  outage: Outage | undefined;
  /** How many times slower than on a good day. */
  slowness: number;
  /** How often a reply is lost by itself. */
  lossRate: number;
}>;

/** How a call ends, as its caller sees it. */
type Ending<Result> = Readonly<{
  resolve(result: Result): void;
  reject(error: unknown): void;
}>;

/**
 * The way of one process to one server: each call takes its time on the way there and back, may fail before it arrives, and
 * its reply may be lost although it was carried out.
 */
export class Link {
  readonly #options: LinkOptions;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** Carries `execute` out at the server. Rejects with what it rejects with, or with the link's own error. */
  async call<Result>(name: string, execute: () => Result | Promise<Result>): Promise<Result> {
    const { process, time, fateOf } = this.#options;
    const fate = fateOf?.(name);
    this.#suffer(fate, 'before');
    if (process.state === 'dead') return await never();
    return await new Promise<Result>((resolve, reject) => {
      const ending = this.#once(name, { resolve, reject });
      time.after(this.#latency(), () => {
        const { outage } = this.#options.weather();
        if (outage === 'swallows') return;
        if (outage === 'refuses') this.#failSoon(name, ending);
        else this.#execute(execute, { name, fate, ending });
      });
    });
  }

  /** A call whose answer nobody waits for. */
  tell(name: string, execute: () => void | Promise<void>): void {
    void this.call(name, execute).catch(() => {});
  }

  /** The first end counts; the caller's patience is one. */
  #once<Result>(name: string, { resolve, reject }: Ending<Result>): Ending<Result> {
    const { process, patience, toError } = this.#options;
    const callOff = process.after(patience, () => reject(toError(name)));
    return {
      resolve: (result) => {
        callOff();
        resolve(result);
      },
      reject: (error) => {
        callOff();
        reject(error);
      },
    };
  }

  #execute<Result>(
    execute: () => Result | Promise<Result>,
    call: { name: string; fate: CallFate | undefined; ending: Ending<Result> },
  ): void {
    const { resolve, reject } = call.ending;
    try {
      const result = execute();
      if (result instanceof Promise) {
        result.then(
          (value) => this.#reply(call, () => resolve(value)),
          (error: unknown) => this.#reply(call, () => reject(error)),
        );
      } else this.#reply(call, () => resolve(result));
    } catch (error) {
      this.#reply(call, () => reject(error));
    }
  }

  #reply<Result>(
    { name, fate, ending }: { name: string; fate: CallFate | undefined; ending: Ending<Result> },
    answer: () => void,
  ): void {
    const { process, time, random, weather } = this.#options;
    this.#suffer(fate, 'after');
    const { outage, lossRate } = weather();
    const isLost = fate?.kind === 'reply_lost' || random.chance(lossRate);
    if (outage === 'swallows') return;
    if (outage === 'refuses' || isLost) this.#failSoon(name, ending);
    else time.after(this.#latency(), () => process.call(answer));
  }

  #failSoon<Result>(name: string, { reject }: Ending<Result>): void {
    const { process, time, toError } = this.#options;
    time.after(this.#latency(), () => process.call(() => reject(toError(name))));
  }

  #suffer(fate: CallFate | undefined, when: 'before' | 'after'): void {
    const { process, time } = this.#options;
    if (!fate || fate.kind === 'reply_lost' || fate.when !== when) return;
    if (fate.kind === 'killed') return process.kill();
    process.stop('stopped');
    time.after(fate.duration, () => process.resume());
  }

  /** Mostly well under a millisecond, as on one network; now and then much more. */
  #latency(): number {
    const { random, weather } = this.#options;
    const usual = random.chance(0.03) ? random.between(5, 200) : random.between(0.1, 2);
    return usual * weather().slowness;
  }
}
