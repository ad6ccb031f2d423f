import type { DeviceId, DurationMs } from '@dripfleet/domain';
import {
  drainDevices,
  pauseDevices,
  resolveDevices,
  resumeDevices,
  type WaitRequest,
} from '@dripfleet/operations';
import type { NamedDevice } from '@dripfleet/store';
import { type Command, Option } from 'commander';
import { type Cli, type CommandInput, type Runner, tell } from '../cli.ts';
import { confirmBulk } from '../confirm.ts';
import { readSelector, selectorNote, selectorOptions } from '../device-selector.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { parseTime } from '../parse-input.ts';
import { drainView, pauseView, resumeView } from '../views/control.ts';
import { waitFor } from '../wait-for.ts';

const bulkNote = `${selectorNote}
Several devices are confirmed first on a terminal (over 100 by typing the number); -y skips it.
Without a terminal nothing is asked: the command does what it says.`;

export function registerControl(program: Command, run: Runner): void {
  waitOptions(targetOptions(program.command('pause [device...]')))
    .description('begin nothing new; what is in flight finishes, the session stays')
    .option('--for <time>', 'resume by itself after this time, by Postgres’ clock', parseTime)
    .addHelpText(
      'after',
      `${bulkNote}

Examples:
  dripfleet pause ana --for 2h --reason "new SIM"
  dripfleet pause --label team=br --wait
  dripfleet pause --session restricted --reason "look into it"`,
    )
    .action(run(pause));

  targetOptions(program.command('resume [device...]'))
    .description('send again, after a pause, a drain or a refused account')
    .addHelpText(
      'after',
      `${bulkNote}

Examples:
  dripfleet resume ana
  dripfleet resume --label team=br --state paused`,
    )
    .action(run(resume));

  waitOptions(targetOptions(program.command('drain [device...]')))
    .description('finish what is in flight, hold the rest, let go of the device until resumed')
    .addHelpText(
      'after',
      `${bulkNote}

Examples:
  dripfleet drain ana --wait --timeout 2m
  dripfleet device ls --label host=old -o name | dripfleet drain -f -
  dripfleet drain --all -y --reason "moving to another host"`,
    )
    .action(run(drain));
}

function targetOptions(command: Command): Command {
  return selectorOptions(command).option(
    '--reason <text>',
    'kept with the device and in the audit',
  );
}

function waitOptions(command: Command): Command {
  return command
    .option('--wait', 'wait until it has taken effect; exit code 6 when that takes too long')
    .addOption(
      new Option('--timeout <time>', 'with --wait: how long')
        .argParser(parseTime)
        .default(parseTime('60s'), '60s'),
    );
}

async function pause(cli: Cli, { args, options }: CommandInput): Promise<ExitCode | undefined> {
  const request = await confirmedRequest(cli, 'Pause', { args, options });
  if (!request) return exitCodes.failed;
  const duration = options['for'] as DurationMs | undefined;
  const results = await pauseDevices(cli.connections.database(), { ...request, duration });
  cli.output.list(results, pauseView());
  const changed = results.filter(({ outcome }) => outcome === 'changed');
  await tell(cli, idsOf(changed), ['announce']);
  for (const { name, after } of results.filter(({ outcome }) => outcome === 'kept'))
    cli.output.warn(`${name} is ${after}, which is stronger than a pause; it was left so.`);
  return await waitIfAsked(cli, options, { devices: idsOf(results), until: 'nothing_in_flight' });
}

async function resume(cli: Cli, input: CommandInput): Promise<ExitCode | undefined> {
  const request = await confirmedRequest(cli, 'Resume', input);
  if (!request) return exitCodes.failed;
  const results = await resumeDevices(cli.connections.database(), request);
  cli.output.list(results, resumeView());
  for (const { name } of results.filter(({ restrictionLifted }) => restrictionLifted))
    cli.output.warn(`The network had refused the account of ${name}; it will be used again.`);
  const ids = idsOf(results);
  await tell(cli, ids, ['announce', 'nudge']);
  return undefined;
}

async function drain(cli: Cli, input: CommandInput): Promise<ExitCode | undefined> {
  const request = await confirmedRequest(cli, 'Drain', input);
  if (!request) return exitCodes.failed;
  const results = await drainDevices(cli.connections.database(), {
    ...request,
    emptyQueue: async (devices) => await tell(cli, devices, ['emptyQueues']),
  });
  cli.output.list(results, drainView());
  const open = results.filter(({ after }) => after === 'draining');
  await tell(cli, idsOf(open), ['announce']);
  return await waitIfAsked(cli, input.options, { devices: idsOf(open), until: 'drained' });
}

/** What was asked for, after the check of the servers' settings and the question; undefined: it was not meant. */
async function confirmedRequest(cli: Cli, verb: string, { args, options }: CommandInput) {
  // Found missing before anything is changed, not after.
  cli.connections.url('REDIS_URL');
  const selector = await readSelector(cli, { args, options }, undefined);
  const devices: readonly NamedDevice[] = await resolveDevices(
    cli.connections.database(),
    selector,
  );
  if (!(await confirmBulk(cli, verb, devices.length))) {
    cli.output.warn('Nothing was changed.');
    return undefined;
  }
  return {
    // The devices that were counted in the question, not those that match by now.
    selector: { kind: 'names', names: devices.map(({ name }) => name) } as const,
    reason: options['reason'] as string | undefined,
    actor: cli.runtime.actor,
    steal: cli.connections.policy().steal,
  };
}

async function waitIfAsked(
  cli: Cli,
  options: CommandInput['options'],
  request: Pick<WaitRequest, 'devices' | 'until'>,
): Promise<ExitCode | undefined> {
  if (!options['wait']) return undefined;
  return await waitFor(cli, { ...request, timeout: options['timeout'] as DurationMs });
}

const idsOf = (devices: readonly Readonly<{ deviceId: DeviceId }>[]): readonly DeviceId[] =>
  devices.map(({ deviceId }) => deviceId);
