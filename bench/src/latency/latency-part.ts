import type { Part, PartContext, PartReport } from '../part.ts';
import { lineChart } from '../plot/line-chart.ts';
import { atMost } from '../report/figure.ts';
import { type LatencyPlan, type LatencyReading, measureLatency } from './measure-latency.ts';

export const latencyPart: Part = {
  name: 'latency',
  title: 'From due to the network, when the device is free',
  run: measureAndReport,
};

const whole: LatencyPlan = { devices: 3_000, rate: 833, duration: 60_000 };
const quick: LatencyPlan = { devices: 500, rate: 200, duration: 15_000 };

const goals = { p50: 10, p99: 100 };
const percentiles = [50, 75, 90, 95, 99, 99.9, 100];

async function measureAndReport(context: PartContext): Promise<PartReport> {
  const plan = context.quick ? quick : whole;
  const reading = await measureLatency(context, plan);
  const at = (percentile: number) => percentileOf(reading.delays, percentile);
  return {
    settings: {
      fleet: `${plan.devices} devices with caps of 10⁹ an hour and gaps of 0 s, a worker for every 500, one scheduler`,
      load: `${plan.rate} messages a second for ${plan.duration / 1_000} s, each for a device that is free, at instants drawn at random; the schedulers are nudged as each falls due`,
    },
    tables: [
      {
        title: 'Delay from due to the network',
        columns: ['percentile', 'ms'],
        rows: percentiles.map((percentile) => [String(percentile), at(percentile).toFixed(0)]),
      },
    ],
    plots: [plot(reading)],
    figures: context.quick
      ? {}
      : {
          'P5 p50': atMost(goals.p50, { value: at(50), unit: 'ms' }),
          'P5 p99': atMost(goals.p99, { value: at(99), unit: 'ms' }),
        },
    notes: [
      'Due is the row’s own instant; the nudge leaves within a millisecond or two of it, which is in the delay. The end is the instant at which the network took the message down. Both are of one clock, to the millisecond.',
      `${reading.messages} messages, ${reading.offered.toFixed(0)} a second.`,
    ],
    data: { ...reading, delays: percentiles.map((percentile) => [percentile, at(percentile)]) },
  };
}

/** Throws `RangeError` for none. */
function percentileOf(sorted: readonly number[], percentile: number): number {
  const index = Math.min(sorted.length - 1, Math.ceil((percentile / 100) * sorted.length) - 1);
  const value = sorted[Math.max(0, index)];
  if (value === undefined) throw new RangeError('nothing was measured');
  return value;
}

function plot({ delays }: LatencyReading) {
  const title = 'From due to the network';
  const points = Array.from({ length: 100 }, (_, percent) => ({
    x: percent,
    y: percentileOf(delays, percent),
  }));
  const svg = lineChart({
    title,
    xLabel: 'percent of the messages',
    yLabel: 'delay, ms',
    lines: [{ name: 'delay', points }],
    limit: { value: goals.p99, label: `goal for 99 %: ${goals.p99} ms` },
  });
  return { name: 'delay', title, svg };
}
