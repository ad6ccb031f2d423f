import type { PartReport } from '../part.ts';
import { barChart } from '../plot/bar-chart.ts';
import { lineChart, type Point } from '../plot/line-chart.ts';
import { atMost } from '../report/figure.ts';
import { slopeOf, type Spread, spreadOf } from '../statistics.ts';
import type { MemoryReading } from './measure-memory.ts';

type MemoryReport = Pick<PartReport, 'tables' | 'plots' | 'figures' | 'notes'>;

/** What is promised: with 500 sessions, and for each of them. */
const rssGoal = 250;
const eachGoal = 300;

/** What workers with idle sessions took. */
export function memoryReport(readings: readonly MemoryReading[]): MemoryReport {
  const sizes = summarize(readings);
  const each = 1_024 * slopeOf(sizes.map(({ sessions, rss }) => ({ x: sessions, y: rss.median })));
  const largest = sizes.at(-1);
  if (!largest) throw new RangeError('nothing was measured');
  return {
    tables: [
      {
        title: 'Memory and CPU of a worker whose sessions are idle',
        columns: [
          'sessions',
          'RSS, MiB',
          'min–max',
          'peak, MiB',
          'KiB a session',
          'CPU, % of a core',
          'open after, s',
        ],
        rows: sizes.map((size) => [
          String(size.sessions),
          size.rss.median.toFixed(1),
          `${size.rss.min.toFixed(1)}–${size.rss.max.toFixed(1)}`,
          size.peak.median.toFixed(1),
          size.each?.median.toFixed(0) ?? '',
          size.cpu.median.toFixed(1),
          (size.opening.median / 1_000).toFixed(1),
        ]),
      },
    ],
    plots: plots(sizes),
    figures: {
      P7: atMost(rssGoal, { value: largest.rss.median, unit: 'MiB' }),
      'P7-session': atMost(eachGoal, { value: each, unit: 'KiB a session' }),
    },
    notes: [
      'RSS is what the operating system counts for the process, without a forced garbage collection: it holds garbage that nobody has needed the room of yet. MiB are 1,048,576 bytes.',
      `KiB a session in the table: what is above the worker without sessions, shared out. As a line through all sizes: ${each.toFixed(0)} KiB a session.`,
      'A worker is started anew for each reading and claims its devices as in use; every device had logged in once before.',
    ],
  };
}

type Size = Readonly<{
  sessions: number;
  rss: Spread;
  peak: Spread;
  cpu: Spread;
  opening: Spread;
  /** KiB, above none; undefined for none. */
  each: Spread | undefined;
}>;

function summarize(readings: readonly MemoryReading[]): readonly Size[] {
  const numbers = [...new Set(readings.map(({ sessions }) => sessions))];
  const of = (sessions: number) => readings.filter((reading) => reading.sessions === sessions);
  const base = spreadOf(of(0).map(({ rss }) => rss)).median;
  return numbers.map((sessions) => {
    const own = of(sessions);
    return {
      sessions,
      rss: spreadOf(own.map(({ rss }) => rss)),
      peak: spreadOf(own.map(({ peak }) => peak)),
      cpu: spreadOf(own.map(({ cpu }) => cpu)),
      opening: spreadOf(own.map(({ opening }) => opening)),
      each:
        sessions === 0
          ? undefined
          : spreadOf(own.map(({ rss }) => (1_024 * (rss - base)) / sessions)),
    };
  });
}

function plots(sizes: readonly Size[]): MemoryReport['plots'] {
  const over = (read: (size: Size) => Spread): readonly Point[] =>
    sizes.map((size) => {
      const { median, min, max } = read(size);
      return { x: size.sessions, y: median, low: min, high: max };
    });
  const xLabel = 'open sessions';
  const memory = {
    title: 'Memory of a worker with idle sessions',
    xLabel,
    yLabel: 'RSS, MiB',
    lines: [{ name: 'RSS, median and spread', points: over(({ rss }) => rss) }],
    limit: { value: rssGoal, label: `goal with 500: ${rssGoal} MiB` },
  };
  const cpu = {
    title: 'CPU of a worker with idle sessions',
    xLabel,
    yLabel: '% of a core',
    lines: [{ name: 'CPU, median and spread', points: over((size) => size.cpu) }],
  };
  const each = {
    title: 'Memory of one idle session',
    xLabel,
    yLabel: 'KiB a session',
    series: ['RSS above the worker without sessions'],
    groups: sizes.flatMap((size) =>
      size.each ? [{ label: String(size.sessions), bars: [toBar(size.each)] }] : [],
    ),
    limit: { value: eachGoal, label: `goal: ${eachGoal} KiB` },
  };
  return [
    { name: 'memory', title: memory.title, svg: lineChart(memory) },
    { name: 'memory-each', title: each.title, svg: barChart(each) },
    { name: 'idle-cpu', title: cpu.title, svg: lineChart(cpu) },
  ];
}

const toBar = ({ median, min, max }: Spread) => ({ value: median, low: min, high: max });
