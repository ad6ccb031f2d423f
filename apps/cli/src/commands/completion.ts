import { Argument, type Command } from 'commander';
import type { Runner } from '../cli.ts';
import { type Candidate, completeWords, type Completion } from '../completion/complete-words.ts';
import { findNames } from '../completion/find-names.ts';
import { type Shell, shells, shellScripts } from '../completion/shell-scripts.ts';
import type { Connections } from '../connections.ts';

export function registerCompletion(program: Command, run: Runner): void {
  program
    .command('completion')
    .description('print what makes a shell complete commands, options, and names of devices')
    .addArgument(new Argument('<shell>', 'which').choices(shells))
    .addHelpText(
      'after',
      `
Names of devices, sequences and keys are asked of Postgres each time, for a second at most; without it there are none.

Examples:
  eval "$(dripfleet completion bash)"            in ~/.bashrc
  source <(dripfleet completion zsh)             in ~/.zshrc, after compinit
  dripfleet completion fish | source             in ~/.config/fish/config.fish`,
    )
    .action(
      run(async ({ runtime }, { args: [shell] }) => {
        runtime.stdout.write(shellScripts[shell as Shell]);
        return await Promise.resolve(undefined);
      }),
    );
  // What those scripts call. Quiet whatever happens: what it printed would stand in somebody's command line.
  program.command('complete [word...]', { hidden: true }).action(
    run(async ({ connections, runtime }, { args }) => {
      const completion = completeWords(program, args);
      if (completion.kind === 'files') {
        runtime.stdout.write(':files\n');
        return undefined;
      }
      const found = await candidatesOf(completion, connections);
      const current = args.at(-1) ?? '';
      // Bash takes the = of --role=x for a word.
      const fitting =
        current === '=' ? found : found.filter(({ value }) => value.startsWith(current));
      runtime.stdout.write(
        fitting.map(({ value, description }) => `${value}\t${description}\n`).join(''),
      );
      return undefined;
    }),
  );
}

async function candidatesOf(
  completion: Exclude<Completion, { kind: 'files' }>,
  connections: Connections,
): Promise<readonly Candidate[]> {
  if (completion.kind === 'known') return completion.candidates;
  const { of, given, prefix } = completion;
  const names = await findNames(connections, of);
  // Who has named a device means another one next.
  const others = names.filter((name) => !given.includes(name));
  return others.map((name) => ({ value: `${prefix}${name}`, description: of }));
}
