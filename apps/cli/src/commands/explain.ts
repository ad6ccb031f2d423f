import { assertNever } from '@dripfleet/domain';
import { explainContact } from '@dripfleet/operations';
import type { Command } from 'commander';
import type { Runner } from '../cli.ts';
import { CommandError } from '../command-error.ts';
import { unknownSequence } from '../unknown-sequence.ts';
import { explanationView } from '../views/explanation.ts';

export function registerExplain(program: Command, run: Runner): void {
  program
    .command('explain <sequence>')
    .description('why the next message for a contact has not gone yet, or that it went')
    .requiredOption('--phone <number>', '+E164')
    .addHelpText(
      'after',
      `
Names the first rule that says no, when it is asked again, and what you can do. Changes nothing.

Examples:
  dripfleet explain welcome --phone +15559990001
  dripfleet explain welcome --phone +15559990001 -o json | jq -r .rule`,
    )
    .action(
      run(async ({ connections, output }, { args: [sequence = ''], options }) => {
        const phone = options['phone'] as string;
        const outcome = await explainContact(connections.database(), {
          sequence,
          phone,
          ...connections.policy(),
        });
        switch (outcome.kind) {
          case 'explained':
            output.item(
              { ...outcome, sequence, contact: output.phone(phone) },
              explanationView(output, Date.now()),
            );
            return undefined;
          case 'not_enrolled':
            throw new CommandError(
              'not_found',
              `${outcome.isContact ? `this contact was never enrolled in ${sequence}` : 'no contact has this number'}${outcome.suppressed ? '; it is suppressed' : ''}`,
            );
          case 'not_found':
            throw unknownSequence(outcome);
          case 'invalid': {
            const { field, reason, fix } = outcome.problem;
            throw new CommandError('usage', `${field} ${reason}; ${fix}`);
          }
          default:
            return assertNever(outcome);
        }
      }),
    );
}
