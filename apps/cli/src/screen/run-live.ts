import { type DurationMs, durationMs } from '@dripfleet/domain';
import { systemClock } from '@dripfleet/runtime';
import type { Cli } from '../cli.ts';
import { describeError } from '../describe-error.ts';
import { type Key, openKeys } from './keys.ts';
import { Screen, type Size } from './screen.ts';

export type Live<Data> = Readonly<{
  every: DurationMs;
  read(): Promise<Data>;
  lines(data: Data, size: Size): readonly string[];
  /** What a key does; then it is drawn anew. `q` and Ctrl-C need not be handled. */
  press?(key: Key): 'taken' | undefined;
}>;

/** Reading takes a fifth of the time at most, however long it takes: to look must not become a load. */
const restPerRead = 4;

/** How long to wait after a read that took `took` ms. */
export const restAfter = (every: DurationMs, took: number): DurationMs =>
  durationMs(Math.max(every, took * restPerRead));

/**
 * Draws on the whole terminal again and again, until `q` or Ctrl-C. What can't be read later on is said in the last line,
 * and tried again; the first time it throws.
 */
export async function runLive<Data>(cli: Cli, live: Live<Data>): Promise<void> {
  const { stdin, stdout } = cli.runtime;
  let data = await live.read();
  let problem: string | undefined;
  const stop = new AbortController();
  const signal = AbortSignal.any([cli.runtime.interruptSignal(), stop.signal]);
  const screen = new Screen(stdout);
  const draw = () => {
    const { rows } = screen.size;
    const lines = live.lines(data, screen.size);
    screen.draw(problem === undefined ? lines : [...lines.slice(0, rows - 1), problem]);
  };
  const resize = () => {
    screen.forget();
    draw();
  };
  const closeKeys = openKeys(stdin, (key) => {
    if (key.kind === 'interrupt') return stop.abort();
    const isTaken = live.press?.(key) === 'taken';
    if (!isTaken && key.kind === 'char' && key.char === 'q') return stop.abort();
    return draw();
  });
  stdout.on('resize', resize);
  try {
    draw();
    let rest = live.every;
    while (await sleep(rest, signal)) {
      const began = systemClock.monotonic();
      try {
        data = await live.read();
        problem = undefined;
      } catch (error) {
        const [line = ''] = describeError(error, cli.connections).split('\n');
        problem = cli.output.colors.red(line);
      }
      rest = restAfter(live.every, systemClock.monotonic() - began);
      draw();
    }
  } finally {
    stdout.off('resize', resize);
    closeKeys();
    screen.close();
  }
}

/** False when it was cut short. */
export async function sleep(duration: DurationMs, signal: AbortSignal): Promise<boolean> {
  try {
    await systemClock.sleep(duration, signal);
    return true;
  } catch (error) {
    if (!signal.aborted) throw error;
    return false;
  }
}
