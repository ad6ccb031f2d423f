import { assertNever } from '@dripfleet/domain';
import {
  type DeadLetterLine,
  type DeadLetterRequest,
  listDeadLetters,
  retryDeadLetters,
} from '@dripfleet/operations';
import { type Command, Option } from 'commander';
import { type Cli, type CommandInput, type Runner, tell } from '../cli.ts';
import { chooseRetry, retryVerbs } from '../choose-retry.ts';
import { CommandError } from '../command-error.ts';
import { confirmNumber } from '../confirm.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { parseCount } from '../parse-input.ts';
import { unknownSequence } from '../unknown-sequence.ts';
import { deadLettersView } from '../views/dead-letters.ts';
import { retryView } from '../views/retry.ts';

/** More at once is asked for in pieces. */
const limitDefault = 10_000;

export function registerRetry(program: Command, run: Runner): void {
  program
    .command('retry')
    .description('count messages that failed or are uncertain, by error, and send them once more')
    .addOption(
      new Option('--state <state>', 'which').choices(['failed', 'uncertain']).makeOptionMandatory(),
    )
    .option('--error <code>', 'only those with this error code')
    .option('--sequence <sequence>', 'only those of this sequence')
    .addOption(
      new Option('--as <what>', 'what to do with uncertain ones; asked, if not given').choices(
        retryVerbs,
      ),
    )
    .addOption(
      new Option('--limit <n>', 'so many at most, the oldest runs first')
        .argParser(parseCount)
        .default(limitDefault),
    )
    .option('--reason <text>', 'kept in the audit')
    .option('--dry-run', 'only count')
    .addHelpText(
      'after',
      `
  held      its run waits for you                         is retried
  ended     its failure ended the run                     is retried, and the run goes on
  went on   its run went on without it, or ended since    is left: it would come out of order

--as resend   the same message once more, under the same id: a phone that has it shows it once
--as sent     believe that it arrived; the run goes on
--as skip     give it up; the run goes on without it

What is sent again is decided anew: by opt-outs, the device, its pace and the sequence.

Examples:
  dripfleet retry --state failed --dry-run
  dripfleet retry --state failed --error 463 --sequence welcome
  dripfleet retry --state uncertain --as resend -y`,
    )
    .action(run(retry));
}

async function retry(cli: Cli, { options }: CommandInput): Promise<ExitCode | undefined> {
  const request: DeadLetterRequest = {
    state: options['state'] as 'failed' | 'uncertain',
    errorCode: options['error'] as string | undefined,
    sequence: options['sequence'] as string | undefined,
  };
  const as = options['as'] as (typeof retryVerbs)[number] | undefined;
  if (request.state === 'failed' && as !== undefined && as !== 'resend')
    throw new CommandError(
      'usage',
      `--as ${as} is for --state uncertain; what failed is sent again`,
    );
  const dryRun = options['dryRun'] === true;
  // Found missing before anything is changed, not after.
  if (!dryRun) cli.connections.url('REDIS_URL');
  const lines = await countOf(cli, request);
  if (dryRun) {
    cli.output.list(lines, deadLettersView());
    return undefined;
  }
  const limit = options['limit'] as number;
  const count = Math.min(
    limit,
    lines.reduce((sum, { held, ended }) => sum + held + ended, 0),
  );
  for (const line of lines) cli.output.say(countText(line));
  if (count === 0) cli.output.say('Nothing to retry.');
  const verb = request.state === 'failed' ? 'resend' : await chooseRetry(cli, { as, count });
  // Whoever was asked what to do has said that it is meant.
  const isAnswered = count === 0 || (request.state === 'uncertain' && as === undefined);
  const isMeant =
    isAnswered || (verb !== undefined && (await confirmNumber(cli, doing[verb], count)));
  if (verb === undefined || !isMeant) {
    cli.output.warn('Nothing was changed.');
    return exitCodes.failed;
  }
  const result = await retryDeadLetters(cli.connections.database(), {
    ...request,
    verb,
    limit,
    reason: options['reason'] as string | undefined,
    actor: cli.runtime.actor,
  });
  if (result.kind === 'not_found') throw unknownSequence(result);
  cli.output.item({ verb, counts: result.counts }, retryView());
  await tell(cli, result.devices, ['nudge']);
  const { retried = 0, settled = 0, gone = 0, ...left } = result.counts;
  const leftCount = Object.values(left).reduce((sum, n) => sum + n, 0);
  if (leftCount === 0) return undefined;
  return retried + settled + gone > 0 ? exitCodes.partlyDone : exitCodes.failed;
}

const doing = {
  resend: 'Send once more',
  sent: 'Count as sent',
  skip: 'Give up',
} as const;

async function countOf(cli: Cli, request: DeadLetterRequest): Promise<readonly DeadLetterLine[]> {
  const listed = await listDeadLetters(cli.connections.database(), request);
  switch (listed.kind) {
    case 'not_found':
      throw unknownSequence(listed);
    case 'listed':
      return listed.lines;
    default:
      return assertNever(listed);
  }
}

function countText({ error, held, ended, passed, erased }: DeadLetterLine): string {
  const notes = [
    `${held} held`,
    `${ended} ended by it`,
    `${passed} went on without it`,
    ...(erased > 0 ? [`${erased} of them erased`] : []),
  ];
  return `${error ? `${error.class}: ${error.code}` : 'no error'}: ${notes.join(', ')}`;
}
