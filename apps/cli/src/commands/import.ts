import { resolve } from 'node:path';
import { assertNever } from '@dripfleet/domain';
import { importContacts, type ImportOutcome } from '@dripfleet/operations';
import type { Command } from 'commander';
import { type Cli, type CommandInput, type Runner, tell } from '../cli.ts';
import { CommandError } from '../command-error.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { ImportBar } from '../import-bar.ts';
import { collect, deviceLabels } from '../parse-input.ts';
import { fileError } from '../read-text-file.ts';
import { RejectedFile } from '../rejected-file.ts';
import { unknownSequence } from '../unknown-sequence.ts';
import { problemText } from '../views/file-problem.ts';
import { importView } from '../views/import.ts';

export function registerImport(program: Command, run: Runner): void {
  program
    .command('import <sequence> <file>')
    .description('enroll the contacts of a CSV file; safe to repeat')
    .option(
      '--device-label <key=value>',
      'choose only among devices with it; may be repeated',
      collect,
    )
    .option('--dry-run', 'check every row and enroll nobody')
    .addHelpText(
      'after',
      `
The file has a header: phone and consent_source are required; consent_at, name, first_name, time_zone, device and any
other column are optional. Rows that can't be taken go to FILE.rejected.csv with the reason; exit code 7 then.
Running it again, after an error or Ctrl-C, enrolls nobody twice.

Examples:
  dripfleet import welcome contacts.csv --dry-run
  dripfleet import welcome contacts.csv --device-label team=br`,
    )
    .action(run(importFile));
}

async function importFile(
  cli: Cli,
  { args: [sequence = '', file = ''], options }: CommandInput,
): Promise<ExitCode | undefined> {
  // Found missing before anything is changed, not after.
  cli.connections.url('REDIS_URL');
  const path = resolve(cli.runtime.cwd, file);
  const rejected = new RejectedFile(path);
  const bar = new ImportBar(cli);
  const signal = cli.runtime.interruptSignal();
  try {
    const outcome = await importContacts(cli.connections.database(), {
      sequence,
      path,
      deviceLabels: deviceLabels(options),
      dryRun: options['dryRun'] === true,
      actor: cli.runtime.actor,
      onRejected: async (row, header) => await rejected.add(row, header),
      onProgress: (progress) => bar.show(progress),
      signal,
    });
    bar.clear();
    return await report(cli, { sequence, file, rejected }, outcome);
  } catch (error) {
    bar.clear();
    if (!signal.aborted) throw error;
    cli.output.warn('Stopped. What was enrolled stays; the same command goes on from there.');
    return exitCodes.interrupted;
  } finally {
    await rejected.close();
  }
}

async function report(
  cli: Cli,
  { sequence, file, rejected }: { sequence: string; file: string; rejected: RejectedFile },
  outcome: ImportOutcome,
): Promise<ExitCode | undefined> {
  if (outcome.kind !== 'imported') throw refusal(sequence, file, outcome);
  cli.output.item(outcome, importView(sequence, rejected.writtenPath));
  for (const warning of outcome.warnings) cli.output.warn(warning);
  if (rejected.writtenPath !== undefined)
    cli.output.warn(
      `${outcome.counts.rejected} rows were rejected; the reasons are in ${rejected.writtenPath}`,
    );
  if (!outcome.dryRun) await tell(cli, outcome.deviceIds, ['nudge']);
  return outcome.counts.rejected > 0 ? exitCodes.partlyDone : undefined;
}

function refusal(
  sequence: string,
  file: string,
  outcome: Exclude<ImportOutcome, { kind: 'imported' }>,
): CommandError {
  switch (outcome.kind) {
    case 'not_found':
      return outcome.what === 'file'
        ? fileError(file, { code: 'ENOENT' })
        : unknownSequence(outcome);
    case 'refused':
      return new CommandError(
        'failed',
        `nobody was enrolled\n${outcome.problems.map((problem) => problemText(file, problem)).join('\n')}`,
      );
    case 'closed':
      return new CommandError(
        'conflict',
        `${sequence} is ${outcome.status}; nobody can be enrolled`,
      );
    case 'no_device':
      return new CommandError(
        'conflict',
        'there is no device to choose; add one, name one in a column "device", or look at: dripfleet device ls',
      );
    default:
      return assertNever(outcome);
  }
}
