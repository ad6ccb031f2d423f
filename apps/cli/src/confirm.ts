import { createInterface } from 'node:readline/promises';
import type { Cli } from './cli.ts';

/** From here on a yes is too easy: the number must be typed. */
const manyDevices = 100;

/**
 * Whether a change of several devices is meant. Asks only where somebody can answer: with `-y`, for one device, and
 * without a terminal it is taken as meant, so that a script does what it says.
 */
export async function confirmBulk(cli: Cli, verb: string, count: number): Promise<boolean> {
  if (count <= 1) return true;
  if (count <= manyDevices) return await confirm(cli, `${verb} ${count} devices?`);
  const answer = await ask(cli, `${verb} ${count} devices? Type the number to go on: `);
  return answer === undefined || answer === String(count);
}

/** As `confirmBulk`, for messages. */
export async function confirmNumber(cli: Cli, verb: string, count: number): Promise<boolean> {
  const what = `${verb} ${count} ${count === 1 ? 'message' : 'messages'}?`;
  if (count <= manyDevices) return await confirm(cli, what);
  const answer = await ask(cli, `${what} Type the number to go on: `);
  return answer === undefined || answer === String(count);
}

/** What somebody types; undefined where nobody can be asked. */
export async function askChoice(cli: Cli, question: string): Promise<string | undefined> {
  return await ask(cli, question);
}

/** Whether something is meant that can't be taken back; taken as meant where nobody can answer. */
export async function confirm(cli: Cli, question: string): Promise<boolean> {
  const answer = await ask(cli, `${question} [y/N] `);
  return answer === undefined || /^y(es)?$/i.test(answer);
}

/** Undefined: nobody is there to be asked, or wants to be. */
async function ask(cli: Cli, question: string): Promise<string | undefined> {
  const { stdin, stderr } = cli.runtime;
  if (cli.options.yes || !stdin.isTTY || !stderr.isTTY) return undefined;
  const prompt = createInterface({ input: stdin, output: stderr });
  try {
    return (await prompt.question(question)).trim();
  } finally {
    prompt.close();
  }
}
