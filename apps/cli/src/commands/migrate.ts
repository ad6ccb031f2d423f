import { DatabaseError, migrate } from '@dripfleet/store';
import type { Command } from 'commander';
import type { Runner } from '../cli.ts';

export function registerMigrate(program: Command, run: Runner): void {
  program
    .command('migrate')
    .description('apply the migrations that are missing; safe to run from many places at once')
    .addHelpText(
      'after',
      `
Run it before the processes of a new version start.

Examples:
  dripfleet migrate`,
    )
    .action(
      run(async ({ connections, output }) => {
        const applied = await migrate(connections.url('DATABASE_URL')).catch((error: unknown) => {
          throw DatabaseError.from(error, 'migrate');
        });
        output.list(applied, {
          columns: [{ title: 'applied', value: (name) => name }],
          json: (name) => ({ applied: name }),
          name: (name) => name,
          empty: 'Nothing to do: the database is up to date.',
        });
        return undefined;
      }),
    );
}
