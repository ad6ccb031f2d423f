import { parseArgs } from 'node:util';
import type { Guard } from './guard.ts';
import { guards } from './guards.ts';

export type GuardOptions = Readonly<{ guards: readonly Guard[]; jobs: number; list: boolean }>;

export const guardUsage = `npm run guards [-- options]

Removes the guards of the protocol, one at a time, in a copy of the repository, and runs the test that must fail then.
docs/failure-modes.md lists them. All of them take about half an hour on two cores.

  --only ID…   these, or all of an area: --only claim begin.epoch
  --jobs N     how many at a time, 1 to 4 (2)
  --list       name them and do nothing
  --help       this text

exits 0 when every guard is caught or shielded, 1 when not, 2 when an option is wrong`;

/** The command line is wrong; the message says which word and how to write it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/** Reads the options; undefined when help was asked for. Throws `UsageError`. */
export function parseGuardOptions(argv: readonly string[]): GuardOptions | undefined {
  const { values, positionals } = parse(argv);
  if (values.help) return undefined;
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 4) {
    throw new UsageError(`--jobs ${values.jobs}: a number from 1 to 4`);
  }
  const wanted = [...values.only, ...positionals];
  return { guards: choose(wanted), jobs, list: values.list };
}

function choose(wanted: readonly string[]): readonly Guard[] {
  if (wanted.length === 0) return guards;
  const isMeant = ({ id }: Guard, word: string) => id === word || id.split('.')[0] === word;
  const unknown = wanted.find((word) => !guards.some((guard) => isMeant(guard, word)));
  if (unknown !== undefined) throw new UsageError(`no guard "${unknown}": see --list`);
  return guards.filter((guard) => wanted.some((word) => isMeant(guard, word)));
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: argv.filter((word) => word !== '--'),
      allowPositionals: true,
      options: {
        only: { type: 'string', multiple: true, default: [] },
        jobs: { type: 'string', default: '2' },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'unreadable options');
  }
}
