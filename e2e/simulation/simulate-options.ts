import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export type SimulateOptions = Readonly<{
  seeds: number;
  /** The first one. */
  seed: number;
  /** Threads. */
  workers: number;
  verbose: boolean;
}>;

export const usage = `npm run simulate -- [options]

Runs the engine of the workers and schedulers under a virtual clock, with a Postgres, a Redis and a network in memory, through
faults that the seed draws; then lets it heal and judges what the network saw. A seed repeats its run exactly.

  --seeds N     how many seeds (200; with --verbose 1)
  --seed S      the first of them (1)
  --workers N   threads (as many as the machine has processors)
  --verbose     one seed after another, with everything that happens in it
  --help        this text

exits 0 when no promise was broken, 1 when one was, 2 when an option is wrong`;

/** The command line is wrong; the message says which option and how to write it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/** Reads the command line; undefined when help was asked for. Throws `UsageError`. */
export function parseSimulateOptions(argv: readonly string[]): SimulateOptions | undefined {
  const values = parse(argv);
  if (values.help) return undefined;
  const { verbose } = values;
  return {
    seeds: count('--seeds', values.seeds ?? (verbose ? '1' : '200')),
    seed: count('--seed', values.seed),
    workers: count('--workers', values.workers ?? String(availableParallelism())),
    verbose,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        seeds: { type: 'string' },
        seed: { type: 'string', default: '1' },
        workers: { type: 'string' },
        verbose: { type: 'boolean', short: 'v', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`, {
      cause: error,
    });
  }
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (/^\d{1,15}$/.test(text) && value > 0) return value;
  throw new UsageError(`${option} "${text}": write a whole number from 1`);
}
