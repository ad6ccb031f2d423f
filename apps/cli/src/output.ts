import { maskPhone } from '@dripfleet/domain';
import pc from 'picocolors';
import type { GlobalOptions, OutputFormat } from './global-options.ts';
import { type Column, renderTable } from './table.ts';

/** How things of one kind are printed. */
export type ListView<Item> = Readonly<{
  columns: readonly Column<Item>[];
  json(item: Item): unknown;
  name(item: Item): string;
  /** Said on stderr when there is none. */
  empty: string;
}>;

/** How one thing is printed. */
export type ItemView<Item> = Readonly<{
  /** Ends without a newline. */
  text(item: Item): string;
  json(item: Item): unknown;
  names(item: Item): readonly string[];
}>;

type Streams = Readonly<{ stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream }>;

/** Data on stdout, everything else on stderr. */
export class Output {
  readonly #streams: Streams;
  readonly #quiet: boolean;
  readonly #showPhones: boolean;
  readonly #warned = new Set<string>();
  /** What the answer is printed as: a table, unless the caller asked for something else. */
  readonly format: OutputFormat;
  /** Whether stdout is a terminal that can be drawn on, and a table is what is wanted there. */
  readonly isTerminal: boolean;
  readonly colors: ReturnType<typeof pc.createColors>;

  constructor(streams: Streams, options: GlobalOptions, env: NodeJS.ProcessEnv) {
    this.#streams = streams;
    // Names are what a script wants of a quiet command, unless it asked for a format itself.
    this.format = options.quiet && options.output === 'table' ? 'name' : options.output;
    this.#quiet = options.quiet ?? false;
    this.#showPhones = options.showPhones ?? false;
    const isDumb = env['TERM'] === 'dumb';
    this.isTerminal = this.format === 'table' && streams.stdout.isTTY && !isDumb;
    const wanted = options.color && !env['NO_COLOR'] && !isDumb;
    this.colors = pc.createColors(wanted && streams.stdout.isTTY);
  }

  list<Item>(items: readonly Item[], view: ListView<Item>): void {
    if (this.format === 'json') return this.#json(items.map((item) => view.json(item)));
    if (this.format === 'jsonl')
      return this.#print(items.map((item) => `${JSON.stringify(view.json(item))}\n`).join(''));
    if (this.format === 'name')
      return this.#print(items.map((item) => `${view.name(item)}\n`).join(''));
    if (items.length === 0) return this.say(view.empty);
    return this.#print(this.listText(items, view));
  }

  /** A list as people read it. */
  listText<Item>(items: readonly Item[], view: ListView<Item>): string {
    return items.length === 0 ? `${view.empty}\n` : renderTable(view.columns, items);
  }

  item<Item>(item: Item, view: ItemView<Item>): void {
    if (this.format === 'json') return this.#json(view.json(item));
    if (this.format === 'jsonl') return this.#print(`${JSON.stringify(view.json(item))}\n`);
    if (this.format === 'name')
      return this.#print(
        view
          .names(item)
          .map((name) => `${name}\n`)
          .join(''),
      );
    return this.#print(`${view.text(item)}\n`);
  }

  /** One of several things that come one after the other; JSON is a line each, whichever form was asked for. */
  event<Item>(item: Item, view: ItemView<Item>): void {
    if (this.format === 'json') this.#print(`${JSON.stringify(view.json(item))}\n`);
    else this.item(item, view);
  }

  /** Whether somebody looks at what a command draws, and asked for nothing else. */
  get isScreen(): boolean {
    const { stdout, stderr } = this.#streams;
    return this.format === 'table' && stdout.isTTY && stderr.isTTY;
  }

  /** What was done to one thing: a sentence, or what a program wants to know of it. */
  done(name: string, text: string, facts: Readonly<Record<string, unknown>>): void {
    this.item(name, { text: () => text, json: () => ({ name, ...facts }), names: () => [name] });
  }

  /** A sentence about what happened; not when quiet. */
  say(text: string): void {
    if (!this.#quiet) this.#streams.stderr.write(`${text}\n`);
  }

  /** Something that is wrong without being a failure; also when quiet. */
  warn(text: string): void {
    // A command that works in pieces may find the same in each.
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    this.#streams.stderr.write(`! ${text}\n`);
  }

  /** A number for people's eyes and logs of other programs: masked unless they were asked for. */
  phone(phone: string | undefined): string {
    if (phone === undefined) return '';
    return this.#showPhones ? phone : maskPhone(phone);
  }

  #json(value: unknown): void {
    this.#print(`${JSON.stringify(value, null, 2)}\n`);
  }

  #print(text: string): void {
    this.#streams.stdout.write(text);
  }
}
