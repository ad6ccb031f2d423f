import { resolve } from 'node:path';
import { assertNever } from '@dripfleet/domain';
import { hasSession, importSession } from '@dripfleet/operations';
import type { Command } from 'commander';
import { type Cli, type CommandInput, type Runner, tell } from '../cli.ts';
import { CommandError } from '../command-error.ts';
import { confirm } from '../confirm.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';

export function registerImportSession(device: Command, run: Runner): void {
  device
    .command('import-session <device> <folder>')
    .description('take over the session that another Baileys program used, without pairing')
    .addHelpText(
      'after',
      `
FOLDER is what Baileys' useMultiFileAuthState wrote. Stop the program that uses it first: two at once end both.
All of it is taken or nothing; the folder stays as it is. What the device had stored before is lost.

Examples:
  dripfleet device import-session ana ./auth_info_baileys`,
    )
    .action(run(takeOver));
}

async function takeOver(
  cli: Cli,
  { args: [name = '', folder = ''] }: CommandInput,
): Promise<ExitCode | undefined> {
  const { connections, output, runtime } = cli;
  connections.url('REDIS_URL');
  const keyring = await connections.keyring();
  if (!(await isMeant(cli, name))) return exitCodes.failed;
  const imported = await importSession(connections.database(), keyring, {
    device: name,
    folder: resolve(runtime.cwd, folder),
    actor: runtime.actor,
    steal: connections.policy().steal,
  });
  switch (imported.kind) {
    case 'imported': {
      const phone = output.phone(imported.phone);
      output.done(name, `${name} has the session of ${phone} (${imported.values} values)`, {
        result: 'imported',
        phone,
        values: imported.values,
      });
      output.say(
        `Delete ${folder} once ${name} has connected: whoever has it can use the account.`,
      );
      if (imported.state !== 'running')
        output.say(`${name} is ${imported.state}; to put it to work: dripfleet resume ${name}`);
      await tell(cli, [imported.deviceId], ['announce', 'nudge']);
      return undefined;
    }
    case 'file_refused':
      throw new CommandError(
        'failed',
        `nothing was imported: ${imported.file} in ${folder} ${imported.reason}`,
      );
    case 'folder_refused':
      throw new CommandError('failed', `nothing was imported: ${folder} ${imported.reason}`);
    default:
      return assertNever(imported);
  }
}

/** Imported for the wrong device, it would take the place of a session that works. */
async function isMeant(cli: Cli, name: string): Promise<boolean> {
  if (!(await hasSession(cli.connections.database(), name))) return true;
  const meant = await confirm(
    cli,
    `${name} has a stored session, which will be lost. Put the imported one in its place?`,
  );
  if (!meant) cli.output.warn('Nothing was changed.');
  return meant;
}
