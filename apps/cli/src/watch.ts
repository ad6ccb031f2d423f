import { once } from 'node:events';
import { type DurationMs, parseDuration } from '@dripfleet/domain';
import { systemClock } from '@dripfleet/runtime';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Cli, CommandInput } from './cli.ts';
import { CommandError } from './command-error.ts';
import type { ItemView, ListView } from './output.ts';
import { restAfter, runLive, sleep } from './screen/run-live.ts';
import { iso } from './times.ts';

/** Below it a screen is no easier to read. */
const shortest = 100;

/** Adds `--watch`. */
export function watchOption(command: Command): Command {
  return command.addOption(
    new Option('--watch [time]', 'ask again every so often, such as --watch=5s')
      .argParser(parseInterval)
      .preset('2s'),
  );
}

/** How often something is asked again. */
export function parseInterval(text: string): DurationMs {
  const parsed = parseDuration(text);
  if (parsed === undefined || parsed < shortest)
    throw new InvalidArgumentError('Write a time with its unit, such as 2s; 100ms at least.');
  return parsed;
}

/** Something that can be printed, once or again and again. */
type Watched<Data> = Readonly<{
  read(): Promise<Data>;
  print(data: Data): void;
  text(data: Data): string;
  json(data: Data): Readonly<Record<string, unknown>>;
}>;

/** Prints a list; with `--watch` again and again. */
export async function showList<Item>(
  cli: Cli,
  options: CommandInput['options'],
  { read, view }: Readonly<{ read(): Promise<readonly Item[]>; view: ListView<Item> }>,
): Promise<undefined> {
  await show(cli, options, {
    read,
    print: (items) => cli.output.list(items, view),
    text: (items) => cli.output.listText(items, view),
    json: (items) => ({ items: items.map((item) => view.json(item)) }),
  });
}

/** As `showList`, for one thing. */
export async function showItem<Item>(
  cli: Cli,
  options: CommandInput['options'],
  { read, view }: Readonly<{ read(): Promise<Item>; view: ItemView<Item> }>,
): Promise<undefined> {
  await show(cli, options, {
    read,
    print: (item) => cli.output.item(item, view),
    text: (item) => view.text(item),
    json: (item) => view.json(item) as Readonly<Record<string, unknown>>,
  });
}

async function show<Data>(
  cli: Cli,
  { watch }: CommandInput['options'],
  watched: Watched<Data>,
): Promise<void> {
  const every = watch as DurationMs | undefined;
  if (every === undefined) return watched.print(await watched.read());
  if (cli.output.format === 'jsonl') return await writeLines(cli, every, watched);
  if (!cli.output.isTerminal)
    throw new CommandError(
      'usage',
      '--watch draws a table on a terminal; for a program add -o jsonl, which writes a line each time',
    );
  return await runLive(cli, {
    every,
    read: watched.read,
    lines: (data) => [
      `${new Date(systemClock.now()).toTimeString().slice(0, 8)}, every ${every / 1_000} s. q quits.`,
      '',
      ...watched.text(data).trimEnd().split('\n'),
    ],
  });
}

/** A JSON object a line each time, until Ctrl-C or until nobody reads. */
async function writeLines<Data>(
  cli: Cli,
  every: DurationMs,
  { read, json }: Watched<Data>,
): Promise<void> {
  const { stdout } = cli.runtime;
  const closed = new AbortController();
  const stop = () => closed.abort();
  stdout.on('error', stop);
  const signal = AbortSignal.any([cli.runtime.interruptSignal(), closed.signal]);
  try {
    let rest = every;
    do {
      const began = systemClock.monotonic();
      const data = await read();
      rest = restAfter(every, systemClock.monotonic() - began);
      stdout.write(`${JSON.stringify({ at: iso(systemClock.now()), ...json(data) })}\n`);
      // A reader that is slower than this would have all of it kept in memory.
      if (stdout.writableNeedDrain) await once(stdout, 'drain', { signal }).catch(() => {});
    } while (await sleep(rest, signal));
  } finally {
    stdout.off('error', stop);
  }
}
