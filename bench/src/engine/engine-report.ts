import type { PartReport, Plot } from '../part.ts';
import { lineChart } from '../plot/line-chart.ts';
import { stackedChart } from '../plot/stacked-chart.ts';
import { atLeast, atMost } from '../report/figure.ts';
import { type Spread, spreadOf } from '../statistics.ts';
import { type Cost, costs, type EngineReading, totalOf } from './measure-engine.ts';

type EngineReport = Pick<PartReport, 'tables' | 'plots' | 'figures' | 'notes'>;

/** Messages a minute, at so many devices. */
const rateGoal = { devices: 3_000, value: 200_000 };
/** µs of CPU a message, at the same number. */
const cpuGoal = 400;
/** How far the cost of the smallest and the largest fleet may be from that, as a share. */
const flatness = 0.15;

/** What the engine sustains, and what a message costs, by the size of the fleet. */
export function engineReport(readings: readonly EngineReading[]): EngineReport {
  const fleets = summarize(readings);
  const main = fleets.find(({ devices }) => devices === rateGoal.devices);
  return {
    tables: [table(fleets), memoryTable(fleets)],
    plots: [ratePlot(fleets), costPlot(fleets)],
    figures: main
      ? {
          P1: atLeast(rateGoal.value, { value: main.rate.median, unit: 'messages/min' }),
          P2: costFigure(main, fleets),
        }
      : {},
    notes: [
      'Engine capacity, not what may be sent: with the usual pacing of 80 an hour 3,000 devices send 4,000 messages a minute, whatever the engine can do.',
      'Each message is a row that falls due, is queued, claimed from its device’s queue, decided in Postgres, written to the network, acknowledged, concluded and marked as delivered. Caps are 10⁹ and gaps 0, which the pacing is asked about all the same.',
      'CPU a message: user and system time of all workers, the scheduler, Postgres with all its processes, and Redis, from the order to go on until the last message was concluded. The simulator’s own is beside it; it runs on the same cores, so the rate pays for it.',
    ],
  };
}

type FleetSummary = Readonly<{
  devices: number;
  rate: Spread;
  total: Spread;
  parts: Readonly<Record<Cost | 'simulator', Spread>>;
  memory: Readonly<{ worker: number; redis: number }>;
}>;

function summarize(readings: readonly EngineReading[]): readonly FleetSummary[] {
  const sizes = [...new Set(readings.map(({ devices }) => devices))];
  return sizes.map((devices) => {
    const own = readings.filter((reading) => reading.devices === devices);
    const part = (name: Cost | 'simulator') => spreadOf(own.map(({ cpu }) => cpu[name]));
    return {
      devices,
      rate: spreadOf(own.map(({ rate }) => rate)),
      total: spreadOf(own.map(({ cpu }) => totalOf(cpu))),
      parts: {
        workers: part('workers'),
        scheduler: part('scheduler'),
        postgres: part('postgres'),
        redis: part('redis'),
        simulator: part('simulator'),
      },
      memory: {
        worker: Math.max(...own.map(({ memory }) => memory.worker)),
        redis: Math.max(...own.map(({ memory }) => memory.redis)),
      },
    };
  });
}

/** Reached when the cost is low enough, and about the same in the smallest and the largest fleet. */
function costFigure(main: FleetSummary, fleets: readonly FleetSummary[]) {
  const figure = atMost(cpuGoal, { value: main.total.median, unit: 'µs' });
  const isFlat = fleets.every(
    ({ total }) => Math.abs(total.median / main.total.median - 1) <= flatness,
  );
  return { ...figure, goal: `${figure.goal}, ± 15 % over all sizes`, met: figure.met && isFlat };
}

function table(fleets: readonly FleetSummary[]) {
  return {
    title: 'Engine capacity and CPU of one message',
    columns: [
      'devices',
      'messages/min',
      'min–max',
      'readings',
      'CPU, µs',
      'min–max',
      ...costs.map((cost) => `${cost}, µs`),
      'simulator, µs',
    ],
    rows: fleets.map(({ devices, rate, total, parts }) => [
      String(devices),
      whole(rate),
      `${rate.min.toFixed(0)}–${rate.max.toFixed(0)}`,
      String(rate.count),
      whole(total),
      `${total.min.toFixed(0)}–${total.max.toFixed(0)}`,
      ...costs.map((cost) => whole(parts[cost])),
      whole(parts.simulator),
    ]),
  };
}

function memoryTable(fleets: readonly FleetSummary[]) {
  return {
    title: 'Memory, by the size of the fleet',
    columns: ['devices', 'the largest worker, MiB', 'Redis, MiB', 'Redis, KiB a device'],
    rows: fleets.map(({ devices, memory: { worker, redis } }) => [
      String(devices),
      worker.toFixed(0),
      redis.toFixed(0),
      ((redis * 1_024) / devices).toFixed(0),
    ]),
  };
}

const whole = ({ median }: Spread): string => median.toFixed(0);

function ratePlot(fleets: readonly FleetSummary[]): Plot {
  const title = 'Engine capacity over devices';
  const points = fleets.map(({ devices, rate: { median, min, max } }) => ({
    x: devices,
    y: median / 1_000,
    low: min / 1_000,
    high: max / 1_000,
  }));
  const svg = lineChart({
    title,
    xLabel: 'devices',
    yLabel: 'thousand messages a minute',
    lines: [{ name: 'messages', points }],
    limit: { value: rateGoal.value / 1_000, label: `goal: ${rateGoal.value / 1_000} thousand` },
  });
  return { name: 'rate', title, svg };
}

function costPlot(fleets: readonly FleetSummary[]): Plot {
  const title = 'CPU of one message by part';
  const svg = stackedChart({
    title,
    xLabel: 'devices',
    yLabel: 'CPU, µs a message',
    series: [...costs],
    stacks: fleets.map(({ devices, parts }) => ({
      label: String(devices),
      values: costs.map((cost) => parts[cost].median),
    })),
    limit: { value: cpuGoal, label: `goal: ${cpuGoal} µs` },
  });
  return { name: 'cost', title, svg };
}
