import type { Figure } from './report/figure.ts';
import type { Table } from './report/table.ts';

/** One thing that is measured by itself: `npm run bench -- <name>`. */
export type Part = Readonly<{
  /** A word for the command line; its reports are called after it. */
  name: string;
  /** What it measures, in one line. */
  title: string;
  /** Starts what it needs, measures, and leaves the stopping to `onEnd`. Throws when something did not work. */
  run(context: PartContext): Promise<PartReport>;
}>;

export type PartContext = Readonly<{
  /** Fewer and shorter measurements, for a look; the figures are no figures to quote. */
  quick: boolean;
  env: NodeJS.ProcessEnv;
  /** Aborts when the run must end now. */
  signal: AbortSignal;
  /** A line for the person who waits. */
  say(line: string): void;
  /** Registers how to undo something that was started; the last one registered runs first, however the run ends. */
  onEnd(step: () => Promise<unknown> | void): void;
  /** Ends the run: something that must live died. */
  abort(reason: Error): void;
}>;

export type PartReport = Readonly<{
  /** How it was measured, name and value, in the order to be read. */
  settings: Readonly<Record<string, string>>;
  tables: readonly Table[];
  plots: readonly Plot[];
  /** Shown as they are. */
  listings?: readonly Readonly<{ title: string; text: string }>[];
  /** By the goal that each answers. */
  figures: Readonly<Record<string, Figure>>;
  /** What a reader must know to read the tables. */
  notes: readonly string[];
  /** Every single measurement, for programs. */
  data: Readonly<Record<string, unknown>>;
}>;

export type Plot = Readonly<{
  /** Its file is `<part>-<name>.svg`. */
  name: string;
  title: string;
  svg: string;
}>;
