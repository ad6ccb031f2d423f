import { assertNever, type DurationMs, type Role, roles } from '@dripfleet/domain';
import { type ApiKeyLine, createApiKey, listApiKeys, revokeApiKey } from '@dripfleet/operations';
import { type Command, Option } from 'commander';
import type { Cli, CommandInput, Runner } from '../cli.ts';
import { CommandError } from '../command-error.ts';
import { confirm } from '../confirm.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { parseTime } from '../parse-input.ts';
import { unknownThing } from '../unknown-sequence.ts';
import { apiKeyListView, newApiKeyView } from '../views/api-keys.ts';
import { countText } from '../views/counts-text.ts';

export function registerKey(program: Command, run: Runner): void {
  const key = program
    .command('key')
    .description('keys to the dashboard and its API, for people and programs');
  registerAdd(key, run);
  key
    .command('ls')
    .alias('list')
    .description('list keys, those that have ended included; never their tokens')
    .addHelpText(
      'after',
      `
Examples:
  dripfleet key ls`,
    )
    .action(
      run(async ({ connections, output }) => {
        output.list(await listApiKeys(connections.database()), apiKeyListView(Date.now()));
        return undefined;
      }),
    );
  key
    .command('revoke <key>')
    .description('end a key, and every login opened with it, at once and for good')
    .addHelpText(
      'after',
      `
The name stays taken, so that the audit names one key for ever.

Examples:
  dripfleet key revoke grafana`,
    )
    .action(run(revoke));
}

function registerAdd(key: Command, run: Runner): void {
  key
    .command('add <name>')
    .description('make a key; its token is printed this once and can not be shown again')
    .addOption(
      new Option('--role <role>', 'what it lets one do').choices(roles).makeOptionMandatory(),
    )
    .option('--expires <time>', 'when it ends, such as 90d; else when it is revoked', parseTime)
    .addHelpText(
      'after',
      `
  viewer     looks: devices, sequences, statistics, why a message waits
  operator   acts too: pause, resume, drain, pair, enroll, import, retry
  admin      changes how it all works too: devices, sequences, the rollout

Give each person and program a key of its own: the audit names the key. The token is the only thing on stdout.

Examples:
  dripfleet key add ana --role operator --expires 90d
  dripfleet key add grafana --role viewer -q > token`,
    )
    .action(run(add));
}

async function add(
  { connections, output, runtime }: Cli,
  { args: [name = ''], options }: CommandInput,
): Promise<undefined> {
  const created = await createApiKey(connections.database(), {
    name,
    role: options['role'] as Role,
    expiresIn: options['expires'] as DurationMs | undefined,
    actor: runtime.actor,
  });
  switch (created.kind) {
    case 'created':
      output.item(created, newApiKeyView());
      if (output.format === 'table')
        output.say(
          `This is the token of ${name} (${created.role}), shown this once: only a hash of it is kept. Who has it can use it.`,
        );
      return undefined;
    case 'name_taken':
      throw new CommandError(
        'conflict',
        `there is, or was, a key named ${name}; names are not used twice, so choose another`,
      );
    default:
      return assertNever(created);
  }
}

async function revoke(
  cli: Cli,
  { args: [name = ''] }: CommandInput,
): Promise<ExitCode | undefined> {
  const { connections, output, runtime } = cli;
  // Nobody is asked about a key that there is not, or that has ended.
  const keys = await listApiKeys(connections.database());
  const key = keys.find((one) => one.name === name && one.state !== 'revoked');
  if (key && !(await confirm(cli, questionOf(key)))) {
    output.warn('Nothing was changed.');
    return exitCodes.failed;
  }
  const revoked = await revokeApiKey(connections.database(), { name, actor: runtime.actor });
  switch (revoked.kind) {
    case 'revoked':
      output.done(name, `${name} is revoked; ${countText(revoked.loginsEnded, 'login')} ended`, {
        result: 'revoked',
        logins_ended: revoked.loginsEnded,
      });
      return undefined;
    case 'already':
      output.done(name, `${name} was revoked before; nothing to do`, {
        result: 'already',
        logins_ended: 0,
      });
      return undefined;
    case 'not_found':
      throw unknownThing('key', name, revoked.near);
    default:
      return assertNever(revoked);
  }
}

function questionOf({ name, role, logins }: ApiKeyLine): string {
  return `End the key ${name} (${role}, ${countText(logins, 'login')} open) for good?`;
}
