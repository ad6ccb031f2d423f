import { type Check, runDoctor } from '@dripfleet/operations';
import { ConfigError, systemClock } from '@dripfleet/runtime';
import type { Command } from 'commander';
import type { Cli, Runner } from '../cli.ts';
import { exitCodes } from '../exit-codes.ts';
import { doctorView } from '../views/doctor.ts';

export function registerDoctor(program: Command, run: Runner): void {
  program
    .command('doctor')
    .description('is everything there and healthy? exit code 1 on any ✗')
    .addHelpText(
      'after',
      `
Node, Postgres, Redis, migrations, clocks, keys and stuck devices, with a fix below whatever is not ✓. Changes nothing.

Examples:
  dripfleet doctor
  dripfleet doctor -o json | jq '.checks[] | select(.status != "ok")'`,
    )
    .action(
      run(async (cli) => {
        const checks = await runDoctor({
          nodeVersion: process.versions.node,
          database: knownUrl(cli, 'DATABASE_URL') ?? cli.connections.database(),
          redis: knownUrl(cli, 'REDIS_URL') ?? {
            info: async () => await cli.connections.redis().info(),
          },
          clock: systemClock,
          keyFile: cli.connections.keyFile,
          ...cli.connections.policy(),
        });
        cli.output.item(checks, doctorView(cli.output));
        return checks.some(isFailed) ? exitCodes.failed : undefined;
      }),
    );
}

const isFailed = ({ status }: Check): boolean => status === 'failed';

/** What is wrong with a URL; undefined when nothing is. A missing one is a finding here, not an error. */
function knownUrl(
  { connections }: Cli,
  name: 'DATABASE_URL' | 'REDIS_URL',
): { problem: string } | undefined {
  try {
    connections.url(name);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problem: `no usable ${name} is set` };
  }
}
