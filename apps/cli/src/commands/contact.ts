import { assertNever } from '@dripfleet/domain';
import {
  enrollContact,
  type EnrollOutcome,
  exitContact,
  suppressPhone,
  unsuppressPhone,
} from '@dripfleet/operations';
import type { Command } from 'commander';
import { type CommandInput, type Runner, tell } from '../cli.ts';
import { CommandError } from '../command-error.ts';
import { collect, deviceLabels, variables } from '../parse-input.ts';
import { iso } from '../times.ts';
import { unknownSequence, unknownThing } from '../unknown-sequence.ts';
import { countText } from '../views/counts-text.ts';

export function registerContact(program: Command, run: Runner): void {
  registerEnroll(program, run);
  registerExit(program, run);
  registerSuppress(program, run);
}

function registerEnroll(program: Command, run: Runner): void {
  program
    .command('enroll <sequence>')
    .description('start one contact on a sequence')
    .requiredOption('--phone <number>', '+E164')
    .requiredOption('--consent-source <text>', 'where this person agreed to be written to')
    .option('--consent-at <time>', 'when; now, if not given')
    .option('--name <name>', 'how to call this person')
    .option('--time-zone <zone>', 'an IANA name, such as Asia/Makassar')
    .option(
      '--device <device>',
      'the device to hear from; else the one known already, else the least loaded',
    )
    .option(
      '--device-label <key=value>',
      'choose only among devices with it; may be repeated',
      collect,
    )
    .option(
      '--var <key=value>',
      'what a text may use, such as first_name=Ana; may be repeated',
      collect,
    )
    .option('--dry-run', 'say what would happen and change nothing')
    .addHelpText(
      'after',
      `
Examples:
  dripfleet enroll welcome --phone +15559990001 --consent-source "web form" --var first_name=Ana
  dripfleet enroll welcome --phone +15559990001 --consent-source "web form" --dry-run`,
    )
    .action(
      run(async (cli, { args: [sequence = ''], options }) => {
        const dryRun = options['dryRun'] === true;
        const outcome = await enrollContact(cli.connections.database(), {
          sequence,
          deviceLabels: deviceLabels(options),
          dryRun,
          contact: contactOf(options),
          actor: cli.runtime.actor,
        });
        const enrolled = enrolledOnly(sequence, outcome);
        cli.output.item(enrolled, {
          text: ({ device, dueAt }) =>
            `${dryRun ? 'would be enrolled' : 'enrolled'} in ${sequence} on ${device}, first message due ${iso(dueAt)}`,
          json: ({ device, dueAt }) => ({ sequence, device, due_at: iso(dueAt), dry_run: dryRun }),
          names: ({ device }) => [device],
        });
        if (!dryRun) await tell(cli, [enrolled.deviceId], ['nudge']);
        return undefined;
      }),
    );
}

function contactOf(options: CommandInput['options']) {
  const text = (key: string) => options[key] as string | undefined;
  return {
    phone: text('phone') ?? '',
    consent_source: text('consentSource') ?? '',
    consent_at: text('consentAt'),
    name: text('name'),
    time_zone: text('timeZone'),
    device: text('device'),
    attributes: variables(options),
  };
}

/** The one good outcome. Throws `CommandError` for every other, with what to do. */
function enrolledOnly(
  sequence: string,
  outcome: EnrollOutcome,
): Extract<EnrollOutcome, { kind: 'enrolled' }> {
  switch (outcome.kind) {
    case 'enrolled':
      return outcome;
    case 'not_found':
      throw unknownThing(outcome.what, outcome.name, outcome.near);
    case 'invalid':
      throw invalidField(outcome);
    case 'already_enrolled':
      throw new CommandError('conflict', `this contact is in ${sequence} already`);
    case 'not_again':
      throw new CommandError(
        'not_allowed',
        outcome.until === undefined
          ? `this contact went through ${sequence} before, and it lets nobody in again`
          : `this contact went through ${sequence} before; it may be enrolled again from ${iso(outcome.until)}`,
      );
    case 'suppressed':
      throw new CommandError(
        'not_allowed',
        'this number is suppressed: its owner does not want to be written to',
      );
    case 'closed':
      throw new CommandError(
        'conflict',
        `${sequence} is ${outcome.status}; nobody can be enrolled`,
      );
    case 'no_device':
      throw new CommandError(
        'conflict',
        'there is no device to choose; name one with --device, or look at: dripfleet device ls',
      );
    case 'refused':
      throw new CommandError(
        'failed',
        `Postgres refused it (${outcome.constraint ?? 'no reason'})`,
      );
    default:
      return assertNever(outcome);
  }
}

function registerExit(program: Command, run: Runner): void {
  program
    .command('exit <sequence>')
    .description(
      "end a contact's run through a sequence; a message that had begun may still arrive",
    )
    .requiredOption('--phone <number>', '+E164')
    .addHelpText(
      'after',
      `
Examples:
  dripfleet exit welcome --phone +15559990001`,
    )
    .action(
      run(async ({ connections, output, runtime }, { args: [sequence = ''], options }) => {
        const outcome = await exitContact(connections.database(), {
          sequence,
          phone: options['phone'] as string,
          actor: runtime.actor,
        });
        const name = output.phone(options['phone'] as string);
        switch (outcome.kind) {
          case 'exited':
            output.done(name, `${name} has left ${sequence}`, { sequence, result: 'exited' });
            return undefined;
          case 'not_running':
            output.done(name, `${name} has no run in ${sequence} that goes on; nothing to do`, {
              sequence,
              result: 'not_running',
            });
            return undefined;
          case 'not_found':
            throw outcome.what === 'sequence'
              ? unknownSequence(outcome)
              : new CommandError('not_found', 'no contact has this number');
          case 'invalid':
            throw invalidField(outcome);
          default:
            return assertNever(outcome);
        }
      }),
    );
}

function registerSuppress(program: Command, run: Runner): void {
  program
    .command('suppress <phone>')
    .description('never write to this number again; ends its runs')
    .option('--reason <text>', 'kept with it', 'operator')
    .addHelpText(
      'after',
      `
Also for a number that is no contact's yet. Nothing is decided for it any more once this returns.

Examples:
  dripfleet suppress +15559990001 --reason complaint`,
    )
    .action(
      run(async ({ connections, output, runtime }, { args: [phone = ''], options }) => {
        const outcome = await suppressPhone(connections.database(), {
          phone,
          reason: options['reason'] as string,
          actor: runtime.actor,
        });
        if (outcome.kind === 'invalid') throw invalidField(outcome);
        const name = output.phone(phone);
        const already = outcome.kind === 'already_suppressed' ? 'already ' : '';
        output.done(
          name,
          `${name} is ${already}suppressed; ${countText(outcome.runsExited, 'run')} ended`,
          {
            result: outcome.kind,
            runs_exited: outcome.runsExited,
          },
        );
        return undefined;
      }),
    );
  program
    .command('unsuppress <phone>')
    .description('let a number be enrolled again; runs that ended stay ended')
    .addHelpText(
      'after',
      `
Only with the consent of its owner.

Examples:
  dripfleet unsuppress +15559990001`,
    )
    .action(
      run(async ({ connections, output, runtime }, { args: [phone = ''] }) => {
        const outcome = await unsuppressPhone(connections.database(), {
          phone,
          actor: runtime.actor,
        });
        if (outcome.kind === 'invalid') throw invalidField(outcome);
        const name = output.phone(phone);
        output.done(
          name,
          outcome.kind === 'unsuppressed'
            ? `${name} may be enrolled and written to again`
            : `${name} was not suppressed; nothing to do`,
          { result: outcome.kind },
        );
        return undefined;
      }),
    );
}

function invalidField({
  problem: { field, reason, fix },
}: Extract<EnrollOutcome, { kind: 'invalid' }>): CommandError {
  return new CommandError('usage', `${field} ${reason}; ${fix}`);
}
