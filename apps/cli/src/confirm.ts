import { createInterface } from 'node:readline/promises';
import type { Cli } from './cli.ts';

/** From here on a yes is too easy: the number must be typed. */
const manyDevices = 100;

/**
 * Whether a change of several devices is meant. Asks only where somebody can answer: with `-y`, for one device, and
 * without a terminal it is taken as meant, so that a script does what it says.
 */
export async function confirmBulk(cli: Cli, verb: string, count: number): Promise<boolean> {
  const { stdin, stderr } = cli.runtime;
  if (count <= 1 || cli.options.yes || !stdin.isTTY || !stderr.isTTY) return true;
  const prompt = createInterface({ input: stdin, output: stderr });
  try {
    if (count > manyDevices)
      return (
        (await prompt.question(`${verb} ${count} devices? Type the number to go on: `)).trim() ===
        String(count)
      );
    return /^y(es)?$/i.test((await prompt.question(`${verb} ${count} devices? [y/N] `)).trim());
  } finally {
    prompt.close();
  }
}
