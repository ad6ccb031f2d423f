import { parseArgs } from 'node:util';

import { allDrills } from './all-drills.ts';
import type { Drill } from './drill.ts';

export type DrillOptions = Readonly<{
  drills: readonly Drill[];
  save: boolean;
  /** A missed time is told, and is no failure. */
  report: boolean;
}>;

export const drillUsage = `npm run drills -- [NAME…] [options]

Breaks one thing at a time, as a script says, in a fleet of real processes with the times of production, and compares what
it measures with what was promised. Without a name, all of them.

${allDrills.map(({ name, title }) => `  ${name.padEnd(14)} ${title}`).join('\n')}

  --save     write the figures into e2e/results/drills.json
  --report   a time that was not reached is told, and is no failure: for a machine that is busy
  --help     this text

exits 0 when everything was reached, 1 when not, 2 when an option is wrong`;

/** The command line is wrong; the message says which word and how to write it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/** Reads the drills' options; undefined when help was asked for. Throws `UsageError`. */
export function parseDrillOptions(argv: readonly string[]): DrillOptions | undefined {
  const { values, positionals } = parse(argv);
  if (values.help) return undefined;
  const names = positionals.length === 0 ? allDrills.map(({ name }) => name) : positionals;
  const drills = [...new Set(names)].map((name) => {
    const drill = allDrills.find((one) => one.name === name);
    if (drill !== undefined) return drill;
    const known = allDrills.map((one) => one.name).join(', ');
    throw new UsageError(`there is no drill "${name}"; there are ${known}`);
  });
  return { drills, save: values.save, report: values.report };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: argv.filter((word) => word !== '--'),
      allowPositionals: true,
      options: {
        save: { type: 'boolean', default: false },
        report: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'unreadable options');
  }
}
