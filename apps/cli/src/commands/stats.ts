import { readStats } from '@dripfleet/operations';
import type { Command } from 'commander';
import type { Runner } from '../cli.ts';
import { statsView } from '../views/stats.ts';
import { showItem, watchOption } from '../watch.ts';

export function registerStats(program: Command, run: Runner): void {
  watchOption(program.command('stats'))
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
  dripfleet stats -o json | jq .queue_depth
  dripfleet stats --watch=10s -o jsonl >> stats.jsonl`,
    )
    .action(
      run(async (cli, { options }) => {
        const { steal } = cli.connections.policy();
        return await showItem(cli, options, {
          read: async () => await readStats(cli.connections.database(), steal),
          view: statsView(cli.output),
        });
      }),
    );
}
