import { type DeviceSelector, parseLabels } from '@dripfleet/operations';
import type { DesiredState, DeviceSessionState } from '@dripfleet/store';
import { type Command, Option } from 'commander';
import type { Cli, CommandInput } from './cli.ts';
import { CommandError } from './command-error.ts';
import { collect } from './parse-input.ts';
import { readNames } from './read-names.ts';

const states = [
  'running',
  'paused',
  'draining',
  'drained',
] as const satisfies readonly DesiredState[];

const sessionStates = [
  'closed',
  'unpaired',
  'pairing',
  'connecting',
  'open',
  'restricted',
  'logged_out',
  'banned',
  'conflict',
  'unreachable',
  'quarantined',
] as const satisfies readonly DeviceSessionState[];

/** The ways of saying which devices are meant, beside their names. */
export function selectorOptions(command: Command): Command {
  return command
    .option('-f, --file <file>', 'devices named in a file, one a line; - reads them from a pipe')
    .option(
      '--label <key=value>',
      'devices with this label; may be repeated: with all of them',
      collect,
    )
    .addOption(new Option('--state <state>', 'devices that are wanted to be so').choices(states))
    .addOption(
      new Option('--session <state>', 'devices whose session is so').choices(sessionStates),
    )
    .option('--all', 'every device');
}

/** For the help of commands that take them. */
export const selectorNote = `
Which devices: by name, from a file, or both; or all that have every given --label, --state and --session; or --all.`;

/** Exactly one way of saying which devices; `otherwise` when there is none. Throws `CommandError`. */
export async function readSelector(
  cli: Cli,
  { args, options }: CommandInput,
  otherwise: DeviceSelector | undefined,
): Promise<DeviceSelector> {
  const { file, ...rest } = options as Given & { file?: string };
  const named = [...args, ...(file === undefined ? [] : await readNames(cli, file))];
  return chooseSelector(named, rest) ?? otherwise ?? refuseNone();
}

type Given = Readonly<{
  all?: boolean;
  label?: readonly string[];
  state?: DesiredState;
  session?: DeviceSessionState;
}>;

/** Undefined: nothing was said. Throws `CommandError` for several ways at once: one would narrow the other unseen. */
export function chooseSelector(
  names: readonly string[],
  { all, label, state, session }: Given,
): DeviceSelector | undefined {
  const isFiltered = label !== undefined || state !== undefined || session !== undefined;
  const ways = [names.length > 0, all === true, isFiltered].filter(Boolean).length;
  if (ways > 1)
    throw new CommandError(
      'usage',
      'name devices, or use --label, --state and --session, or --all; not several of them',
    );
  if (names.length > 0) return { kind: 'names', names: [...new Set(names)] };
  if (all) return { kind: 'all' };
  if (!isFiltered) return undefined;
  const labels = parseLabels(label ?? []);
  if (state === undefined && session === undefined) return { kind: 'labels', labels };
  return { kind: 'states', state, session, labels };
}

function refuseNone(): never {
  throw new CommandError(
    'usage',
    'which devices? name them, or use --file, --label, --state, --session or --all',
  );
}
