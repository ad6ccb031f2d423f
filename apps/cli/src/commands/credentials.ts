import { resolve } from 'node:path';
import { addFirstKey, createKeyFile, rotateKeys } from '@dripfleet/credentials';
import type { Command } from 'commander';
import type { Cli, CommandInput, Runner } from '../cli.ts';
import { CommandError } from '../command-error.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { ProgressBar } from '../progress-bar.ts';

export function registerCredentials(program: Command, run: Runner): void {
  const credentials = program
    .command('credentials')
    .description('the keys that keep the credentials of devices');
  credentials
    .command('new-key [file]')
    .description(
      'make the key file, or put a new first key into it; CREDENTIALS_KEY_FILE if no file is named',
    )
    .option('--first', 'put a new key before those of an existing file')
    .addHelpText(
      'after',
      `
Keep a copy of the file apart from the database's backups: without it every device must be paired again.
To change keys: new-key --first, give the file to all workers, rotate, then remove the old line.

Examples:
  dripfleet credentials new-key /etc/dripfleet/credentials.key
  dripfleet credentials new-key /etc/dripfleet/credentials.key --first`,
    )
    .action(run(newKey));
  credentials
    .command('rotate')
    .description('wrap the keys of all devices by the first key of the file; sessions go on')
    .addHelpText(
      'after',
      `
Safe to repeat and to interrupt. What the keys of devices open stays as it is, so this does not help after a leak of
both the old key and a copy of the database: then unlink the devices on their phones and pair each anew.
Exit code 7 when some devices can't be read with any key of the file.

Examples:
  dripfleet credentials rotate
  dripfleet credentials rotate -o json | jq .unreadable`,
    )
    .action(run(rotate));
}

async function newKey(
  { connections, output, runtime }: Cli,
  { args: [given], options }: CommandInput,
): Promise<undefined> {
  const file = given === undefined ? connections.keyFile : resolve(runtime.cwd, given);
  if (file === undefined)
    throw new CommandError('usage', 'which file? name it, or set CREDENTIALS_KEY_FILE');
  const first = options['first'] === true;
  const key = first ? await addFirstKey(file) : await createKeyFile(file);
  output.done(key, `${file} has a new ${first ? 'first ' : ''}key, ${key}`, {
    file,
    result: first ? 'added' : 'created',
  });
  output.say(
    first
      ? 'Give the file to all workers, then run: dripfleet credentials rotate'
      : `Keep a copy in a safe place, and set CREDENTIALS_KEY_FILE=${file} for workers and this command.`,
  );
  return undefined;
}

/** Devices that are named on the screen; doctor counts them all. */
const namesShown = 20;

async function rotate(cli: Cli): Promise<ExitCode | undefined> {
  const { connections, output } = cli;
  const keyring = await connections.keyring();
  const bar = new ProgressBar(cli);
  const { wrappedBy, rewrapped, unreadable } = await rotateKeys(
    connections.database(),
    keyring,
    (progress) =>
      bar.show(
        { done: progress.rewrapped + progress.unreadable, total: progress.total },
        `${progress.rewrapped} of ${progress.total} devices`,
      ),
  ).finally(() => bar.clear());
  output.done(
    wrappedBy,
    `${rewrapped} devices rewrapped; ${wrappedBy} wraps all that can be read`,
    {
      rewrapped,
      unreadable,
    },
  );
  for (const { device, wrappedBy: key } of unreadable.slice(0, namesShown))
    output.warn(
      `${device} can't be read: it needs the key "${key}". Put it back, or: dripfleet pair ${device}`,
    );
  if (unreadable.length > namesShown)
    output.warn(`and ${unreadable.length - namesShown} more, listed with -o json`);
  return unreadable.length > 0 ? exitCodes.partlyDone : undefined;
}
