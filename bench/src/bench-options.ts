import { parseArgs } from 'node:util';
import type { Part } from './part.ts';

export type BenchOptions =
  | Readonly<{ kind: 'help' }>
  | Readonly<{ kind: 'run'; parts: readonly Part[]; quick: boolean }>;

/** The command line is wrong; the message says which word and what there is. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/** Reads the command line; without a name, all parts. Throws `UsageError`. */
export function parseBenchOptions(argv: readonly string[], parts: readonly Part[]): BenchOptions {
  const { values, positionals } = parse(argv);
  if (values.help) return { kind: 'help' };
  const named = positionals.map((word) => findPart(parts, word));
  const chosen = parts.filter((part) => named.includes(part));
  return { kind: 'run', parts: named.length === 0 ? parts : chosen, quick: values.quick };
}

export function benchUsage(parts: readonly Part[]): string {
  const width = Math.max(...parts.map(({ name }) => name.length));
  const lines = parts.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`);
  return `npm run bench -- [part…] [--quick]

Measures on this machine, prints what it measured, and writes it to bench/results:
  <part>.md            tables, plots, settings, machine, how to repeat it
  <part>.json          the same for programs, with every single measurement
  latest.json          the figure of each goal, from the last run of its part

Parts (all of them when none is named):
${lines.join('\n')}

  --quick   a look in two minutes: fewer and shorter measurements, written to <part>.quick.*;
            latest.json stays as it is
  --help    this text

Everything that is needed is started here, and stopped however the run ends, with Ctrl-C too. Give it the machine:
figures taken beside other work are worth little, and the report says so.`;
}

function findPart(parts: readonly Part[], word: string): Part {
  const part = parts.find(({ name }) => name === word);
  if (part) return part;
  const names = parts.map(({ name }) => name).join(', ');
  throw new UsageError(`there is no part "${word}"; there is: ${names}`);
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      // npm and pnpm hand their own `--` on.
      args: argv.filter((word) => word !== '--'),
      options: {
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'unreadable options');
  }
}
