import { type PacingOverride, parseCap, parseGap } from '@dripfleet/domain';
import {
  addDevices,
  type DeviceNames,
  listDevices,
  parseLabels,
  planDeviceNames,
  removeDevice,
  setDevice,
  showDevice,
} from '@dripfleet/operations';
import type { Command } from 'commander';
import { type CommandInput, type Runner, tell } from '../cli.ts';
import { CommandError } from '../command-error.ts';
import { readSelector, selectorNote, selectorOptions } from '../device-selector.ts';
import { collect, parseCount } from '../parse-input.ts';
import { deviceListView } from '../views/device-list.ts';
import { deviceReportView } from '../views/device-report.ts';
import { showList, watchOption } from '../watch.ts';
import { registerImportSession } from './import-session.ts';

export function registerDevice(program: Command, run: Runner): void {
  const device = program.command('device').description('register, change and look at devices');
  registerAdd(device, run);
  registerList(device, run);
  registerShow(device, run);
  registerSet(device, run);
  registerRemove(device, run);
  registerImportSession(device, run);
}

function registerAdd(device: Command, run: Runner): void {
  pacingOptions(device.command('add [name...]'))
    .description('register devices')
    .option('--count <n>', 'how many, named after --prefix', parseCount)
    .option('--prefix <text>', 'with --count 300: demo- gives demo-001 to demo-300')
    .option('--phone <number>', '+E164 of the first; those of the others count up from it')
    .option('--label <key=value>', 'a label; may be repeated', collect)
    .addHelpText(
      'after',
      `
Examples:
  dripfleet device add ana --phone +15550000001 --label team=br
  dripfleet device add --count 300 --prefix demo- --phone +15550000001 --cap 12/10s --gap 50ms-250ms`,
    )
    .action(
      run(async ({ connections, output, runtime }, { args, options }) => {
        const added = await addDevices(connections.database(), {
          devices: planDeviceNames(newNames(args, options), options['phone'] as string | undefined),
          labels: parseLabels((options['label'] as string[] | undefined) ?? []),
          pacing: pacingOf(options),
          actor: runtime.actor,
        });
        output.list(added, {
          columns: [{ title: 'added', value: ({ name }) => name }],
          json: ({ name, deviceId }) => ({ name, id: deviceId }),
          name: ({ name }) => name,
          empty: '',
        });
        return undefined;
      }),
    );
}

function registerList(device: Command, run: Runner): void {
  watchOption(selectorOptions(device.command('ls [device...]')))
    .alias('list')
    .description('list devices: all of them, or those that are meant')
    .addHelpText(
      'after',
      `${selectorNote}

Examples:
  dripfleet device ls --label team=br --state running
  dripfleet device ls --session restricted -o name | dripfleet resume -f -
  dripfleet device ls --watch`,
    )
    .action(
      run(async (cli, { args, options }) => {
        const selector = await readSelector(cli, { args, options }, { kind: 'all' });
        const { steal } = cli.connections.policy();
        const view = deviceListView(cli.output);
        return await showList(cli, options, {
          read: async () => await listDevices(cli.connections.database(), { selector, steal }),
          view: selector.kind === 'all' ? view : { ...view, empty: 'No device matches.' },
        });
      }),
    );
}

function registerShow(device: Command, run: Runner): void {
  device
    .command('show <device>')
    .description('everything about one device, and what to do next')
    .addHelpText(
      'after',
      `
Examples:
  dripfleet device show ana
  dripfleet device show ana -o json | jq .advice`,
    )
    .action(
      run(async ({ connections, output }, { args: [name = ''] }) => {
        const report = await showDevice(connections.database(), name, connections.policy());
        output.item(report, deviceReportView(output, Date.now()));
        return undefined;
      }),
    );
}

function registerSet(device: Command, run: Runner): void {
  pacingOptions(device.command('set <device>'))
    .description('change a device; what is not named stays')
    .option('--phone <number>', '+E164; not while a worker runs the device')
    .option('--label <key=value>', 'add or change a label; may be repeated', collect)
    .option('--unlabel <label>', 'remove a label; may be repeated', collect)
    .option('--clear-caps', "back to the environment's caps")
    .option('--clear-gap', "back to the environment's gap")
    .addHelpText(
      'after',
      `
Examples:
  dripfleet device set ana --cap 40/1h --cap 200/1d --gap 10s-30s
  dripfleet device set ana --clear-caps --label team=mx`,
    )
    .action(
      run(async (cli, { args: [name = ''], options }) => {
        const clear = [
          ...(options['clearCaps'] ? (['caps'] as const) : []),
          ...(options['clearGap'] ? (['gap'] as const) : []),
        ];
        const { device: changed } = await setDevice(cli.connections.database(), {
          name,
          phone: options['phone'] as string | undefined,
          labels: parseLabels((options['label'] as string[] | undefined) ?? []),
          unlabel: options['unlabel'] as string[] | undefined,
          pacing: pacingOf(options),
          clear,
          actor: cli.runtime.actor,
          steal: cli.connections.policy().steal,
        });
        await tell(cli, [changed.deviceId], ['announce']);
        cli.output.done(name, `${name} changed`, { result: 'changed' });
        return undefined;
      }),
    );
}

function registerRemove(device: Command, run: Runner): void {
  device
    .command('rm <device>')
    .alias('remove')
    .description('forget a device that nobody owns and that never sent anything')
    .addHelpText(
      'after',
      `
Examples:
  dripfleet device rm ana`,
    )
    .action(
      run(async ({ connections, output, runtime }, { args: [name = ''] }) => {
        await removeDevice(connections.database(), {
          name,
          actor: runtime.actor,
          steal: connections.policy().steal,
        });
        output.done(name, `${name} removed`, { result: 'removed' });
        return undefined;
      }),
    );
}

function pacingOptions(command: Command): Command {
  return command
    .option('--cap <max/time>', 'such as 80/1h: 80 messages in any hour; may be repeated', collect)
    .option('--gap <min-max>', 'the pause between two messages, such as 5s-15s');
}

function pacingOf(options: CommandInput['options']): PacingOverride {
  const caps = options['cap'] as string[] | undefined;
  const gap = options['gap'] as string | undefined;
  return {
    ...(caps && { caps: caps.map(parseCap) }),
    ...(gap !== undefined && { gap: parseGap(gap) }),
  };
}

function newNames(names: readonly string[], options: CommandInput['options']): DeviceNames {
  const count = options['count'] as number | undefined;
  const prefix = options['prefix'] as string | undefined;
  if (count === undefined && prefix === undefined && names.length > 0)
    return { kind: 'names', names };
  if (count !== undefined && prefix !== undefined && names.length === 0)
    return { kind: 'series', prefix, count };
  throw new CommandError('usage', 'name the devices, or give both --count and --prefix');
}
