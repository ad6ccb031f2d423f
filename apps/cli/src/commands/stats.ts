import { readStats } from '@dripfleet/operations';
import type { Command } from 'commander';
import type { Runner } from '../cli.ts';
import { statsView } from '../views/stats.ts';

export function registerStats(program: Command, run: Runner): void {
  program
    .command('stats')
    .description('the fleet in numbers, at this moment')
    .addHelpText(
      'after',
      `
  active_workers      device workers running: devices that a live worker process owns
  total_processed     deliveries concluded since installation
  average_process_ms  begin to finish, pacing excluded, last 15 min; null when nothing was concluded
  error_rate          failed and uncertain of those concluded, last 15 min; null when nothing was concluded
  queue_depth         rows queued for each device

Examples:
  dripfleet stats
  dripfleet stats -o json | jq .queue_depth`,
    )
    .action(
      run(async ({ connections, output }) => {
        output.item(
          await readStats(connections.database(), connections.policy().steal),
          statsView(output),
        );
        return undefined;
      }),
    );
}
