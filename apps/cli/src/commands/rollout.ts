import { readRollout, setRollout } from '@dripfleet/operations';
import type { Command } from 'commander';
import { type Cli, type CommandInput, type Runner, tell } from '../cli.ts';
import { CommandError } from '../command-error.ts';
import { confirm } from '../confirm.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { rolloutView } from '../views/rollout.ts';

export function registerRollout(program: Command, run: Runner): void {
  const rollout = program
    .command('rollout')
    .description('which share of the devices the workers serve, and which the direct processor');

  rollout
    .command('get')
    .description('the share, and who is there to serve each part')
    .addHelpText(
      'after',
      `
Examples:
  dripfleet rollout get`,
    )
    .action(
      run(async ({ connections, output }) => {
        const { steal } = connections.policy();
        output.item(await readRollout(connections.database(), steal), rolloutView());
        return undefined;
      }),
    );

  rollout
    .command('set <percent>')
    .description('give the workers so many percent of the devices, 0 to 100')
    .addHelpText(
      'after',
      `
Which devices are meant follows from their numbers, so a share that rises takes no device back. A worker finishes what it
has in hand and gives a moved device up; only then can the other side take it. Nothing is sent twice on the way.
The direct processor is a worker that was started with ENGINE=direct.

Examples:
  dripfleet rollout set 10
  dripfleet rollout set 0       back to the direct processor, at once`,
    )
    .action(run(set));
}

async function set(cli: Cli, { args }: CommandInput): Promise<ExitCode | undefined> {
  const { connections, output, runtime } = cli;
  // Found missing before anything is changed, not after.
  connections.url('REDIS_URL');
  const percent = parsePercent(args[0] ?? '');
  if (!(await confirm(cli, `Give the workers ${percent} % of the devices?`))) {
    output.warn('Nothing was changed.');
    return exitCodes.failed;
  }
  const { actor } = runtime;
  const { before, moved } = await setRollout(connections.database(), { percent, actor });
  const { workers, direct } = moved;
  output.say(
    `${before} % → ${percent} %: ${workers.length} to the workers, ${direct.length} to the direct processor.`,
  );
  await tell(cli, [...workers, ...direct], ['announce']);
  await tell(cli, workers, ['nudge']);
  const now = await readRollout(connections.database(), connections.policy().steal);
  output.item(now, rolloutView());
  for (const { engine, devices, liveWorkers } of now.engines) {
    if (devices === 0 || liveWorkers > 0) continue;
    output.warn(`Nobody serves ${devices} devices: start a worker with ENGINE=${engine}.`);
  }
  return undefined;
}

function parsePercent(text: string): number {
  const percent = Number(text);
  if (/^\d{1,3}$/.test(text) && percent <= 100) return percent;
  throw new CommandError('usage', `"${text}" is no share: write a whole number from 0 to 100`);
}
