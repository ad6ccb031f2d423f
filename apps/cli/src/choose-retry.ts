import type { RetryVerb } from '@dripfleet/operations';
import type { Cli } from './cli.ts';
import { CommandError } from './command-error.ts';
import { askChoice } from './confirm.ts';

export const retryVerbs = ['resend', 'sent', 'skip'] as const satisfies readonly RetryVerb[];

/**
 * What to do with messages of which nobody knows whether they arrived: never guessed. Undefined: nothing, says the person
 * who was asked. Throws `CommandError` when it was not given and nobody is there to be asked.
 */
export async function chooseRetry(
  cli: Cli,
  { as, count }: Readonly<{ as: RetryVerb | undefined; count: number }>,
): Promise<RetryVerb | undefined> {
  if (as !== undefined || count === 0) return as ?? 'resend';
  const question = `Nobody knows whether ${count === 1 ? 'this message' : `these ${count} messages`} arrived.
  resend  the same once more; a phone that has it shows it once
  sent    believe that it arrived
  skip    give it up
Which? `;
  const answer = await askChoice(cli, question);
  if (answer === undefined)
    throw new CommandError(
      'usage',
      'say what to do with them: --as resend, --as sent or --as skip',
    );
  return retryVerbs.find((verb) => verb === answer);
}
