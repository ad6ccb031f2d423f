import { parseDuration, type DurationMs } from '@dripfleet/domain';
import { readActivity } from '@dripfleet/operations';
import { type Command, Option } from 'commander';
import type { Cli, CommandInput, Runner } from '../cli.ts';
import { parseCount } from '../parse-input.ts';
import { runLive } from '../screen/run-live.ts';
import { pressTop, type SortKey, sortKeys, type TopState } from '../top-state.ts';
import { topLines, topView } from '../views/top.ts';
import { parseInterval } from '../watch.ts';

const limitDefault = 20;

export function registerTop(program: Command, run: Runner): void {
  program
    .command('top')
    .description('the fleet at work: rates, backlog, states, and the busiest devices')
    .addOption(
      new Option('--sort <key>', 'what the busiest devices are busiest by')
        .choices(sortKeys)
        .default('sent'),
    )
    .option('--filter <text>', 'only devices with it in their name, state, session or host', '')
    .addOption(
      new Option('--every <time>', 'how often it is read again')
        .argParser(parseInterval)
        .default(parseDuration('2s'), '2s'),
    )
    .addOption(
      new Option('--limit <n>', 'so many devices at most, without a terminal')
        .argParser(parseCount)
        .default(limitDefault),
    )
    .addHelpText(
      'after',
      `
On a terminal it takes the whole window and is read again every few seconds:
  q   quit
  s   the next order: ${sortKeys.join(', ')}
  /   filter as you type; Enter keeps it, Esc clears it

Without a terminal, and with -o, it is printed once.

Examples:
  dripfleet top
  dripfleet top --sort due --filter restricted
  dripfleet top -o json | jq .backlog`,
    )
    .action(run(top));
}

async function top(cli: Cli, { options }: CommandInput): Promise<undefined> {
  const { connections, output } = cli;
  const { steal } = connections.policy();
  const read = async () => await readActivity(connections.database(), steal);
  let state: TopState = {
    sort: options['sort'] as SortKey,
    filter: options['filter'] as string,
    isTyping: false,
  };
  if (!output.isTerminal) {
    output.item(await read(), topView(output, { state, limit: options['limit'] as number }));
    return undefined;
  }
  await runLive(cli, {
    every: options['every'] as DurationMs,
    read,
    lines: (activity, size) => topLines(activity, output, { state, size }),
    press: (key) => {
      const next = pressTop(state, key);
      state = next ?? state;
      return next && 'taken';
    },
  });
  return undefined;
}
