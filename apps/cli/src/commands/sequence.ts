import { assertNever } from '@dripfleet/domain';
import {
  applySequence,
  type FileProblem,
  listSequences,
  parseSequenceFile,
  showSequence,
  switchSequence,
} from '@dripfleet/operations';
import type { Command } from 'commander';
import type { Cli, Runner } from '../cli.ts';
import { CommandError } from '../command-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { readTextFile } from '../read-text-file.ts';
import { unknownSequence } from '../unknown-sequence.ts';
import { problemText, problemView } from '../views/file-problem.ts';
import { sequenceListView, sequenceView } from '../views/sequence.ts';
import { showList, watchOption } from '../watch.ts';

/** Far above what a sequence may have; its own limit is explained with a place in the file. */
const fileBytesMax = 4 * 1024 * 1024;

export function registerSequence(program: Command, run: Runner): void {
  const sequence = program.command('sequence').description('publish and look at sequences');
  registerApply(sequence, run);
  registerLint(sequence, run);
  registerLook(sequence, run);
  registerSwitch(sequence, run);
}

function registerApply(sequence: Command, run: Runner): void {
  sequence
    .command('apply <file>')
    .description('publish a sequence from YAML; a change becomes a new, immutable version')
    .addHelpText(
      'after',
      `
Runs keep the version they began with. Applying the same file again changes nothing.

Examples:
  dripfleet sequence lint examples/demo.yaml
  dripfleet sequence apply examples/demo.yaml`,
    )
    .action(
      run(async (cli, { args: [file = ''] }) => {
        const parsed = parseSequenceFile(await readSequenceFile(cli, file));
        if (parsed.kind === 'refused') throw refusedFile(file, parsed.problems);
        for (const warning of parsed.warnings) cli.output.warn(problemText(file, warning));
        const { name, definition } = parsed;
        const applied = await applySequence(cli.connections.database(), {
          name,
          definition,
          actor: cli.runtime.actor,
        });
        if (applied.kind === 'reused_keys')
          throw new CommandError(
            'conflict',
            `steps ${applied.keys.join(', ')} were sent with another text already; give the changed steps new keys`,
          );
        cli.output.item(
          { name, ...applied },
          {
            text: () => `${name} version ${applied.version} ${applied.kind}`,
            json: () => ({ name, version: applied.version, result: applied.kind }),
            names: () => [name],
          },
        );
        return undefined;
      }),
    );
}

function registerLint(sequence: Command, run: Runner): void {
  sequence
    .command('lint <file>')
    .description('check a sequence file; exit code 1 when it has errors; needs no server')
    .addHelpText(
      'after',
      `
Each problem has its line, its column and a fix.

Examples:
  dripfleet sequence lint examples/welcome.yaml`,
    )
    .action(
      run(async (cli, { args: [file = ''] }) => {
        const parsed = parseSequenceFile(await readSequenceFile(cli, file));
        const problems = parsed.kind === 'refused' ? parsed.problems : parsed.warnings;
        cli.output.list(problems, problemView(file));
        return parsed.kind === 'refused' ? exitCodes.failed : undefined;
      }),
    );
}

function registerLook(sequence: Command, run: Runner): void {
  watchOption(sequence.command('ls'))
    .alias('list')
    .description('list sequences with their runs')
    .addHelpText(
      'after',
      `
Examples:
  dripfleet sequence ls
  dripfleet sequence ls --watch`,
    )
    .action(
      run(
        async (cli, { options }) =>
          await showList(cli, options, {
            read: async () => await listSequences(cli.connections.database()),
            view: sequenceListView(),
          }),
      ),
    );
  sequence
    .command('show <sequence>')
    .description('the steps of the current version, and its runs')
    .addHelpText(
      'after',
      `
Examples:
  dripfleet sequence show welcome`,
    )
    .action(
      run(async ({ connections, output }, { args: [name = ''] }) => {
        const shown = await showSequence(connections.database(), name);
        if (shown.kind === 'not_found') throw unknownSequence(shown);
        output.item(shown, sequenceView(output));
        return undefined;
      }),
    );
}

function registerSwitch(sequence: Command, run: Runner): void {
  for (const [verb, status, description] of [
    ['pause', 'paused', 'send none of its messages; nobody is lost, and contacts can be enrolled'],
    ['resume', 'active', 'send its messages again'],
  ] as const) {
    sequence
      .command(`${verb} <sequence>`)
      .description(description)
      .addHelpText(
        'after',
        `
Examples:
  dripfleet sequence ${verb} welcome`,
      )
      .action(
        run(async ({ connections, output, runtime }, { args: [name = ''] }) => {
          const switched = await switchSequence(connections.database(), {
            name,
            status,
            actor: runtime.actor,
          });
          switch (switched.kind) {
            case 'not_found':
              throw unknownSequence(switched);
            case 'changed':
            case 'unchanged':
              output.done(
                name,
                `${name} is ${switched.kind === 'changed' ? '' : 'already '}${status}`,
                { result: switched.kind, status },
              );
              return undefined;
            default:
              return assertNever(switched);
          }
        }),
      );
  }
}

async function readSequenceFile({ runtime }: Cli, file: string): Promise<string> {
  return await readTextFile(file, { cwd: runtime.cwd, bytesMax: fileBytesMax });
}

function refusedFile(file: string, problems: readonly FileProblem[]): CommandError {
  const lines = problems.map((problem) => problemText(file, problem));
  return new CommandError('failed', `${file} was not published\n${lines.join('\n')}`);
}
