import type { Part, PartContext, PartReport } from '../part.ts';
import { lineChart } from '../plot/line-chart.ts';
import { atMost } from '../report/figure.ts';
import { type LatencyPlan, type LatencyReading, measureLatency } from './measure-latency.ts';

export const latencyPart: Part = {
  name: 'latency',
  title: 'From due to the network, when the device is free',
  run: measureAndReport,
};

/** Messages a second: 3,000 devices at 80 an hour send 67; the goal is for 833. */
const goalRate = 833;
const whole: LatencyPlan = { devices: 3_000, rates: [67, 200, 400, goalRate], duration: 45_000 };
const quick: LatencyPlan = { devices: 500, rates: [50, 200], duration: 10_000 };

const goals = { p50: 10, p99: 100 };
const percentiles = [50, 75, 90, 95, 99, 99.9, 100];

async function measureAndReport(context: PartContext): Promise<PartReport> {
  const plan = context.quick ? quick : whole;
  const readings = await measureLatency(context, plan);
  const main = readings.find(({ rate }) => rate === goalRate);
  return {
    settings: {
      fleet: `${plan.devices} devices with caps of 10⁹ an hour and gaps of 0 s, a worker for every 500, one scheduler`,
      load: `${plan.rates.join(', ')} messages a second, ${plan.duration / 1_000} s each after a warm-up, each for a device that is free, at instants drawn at random; the schedulers are nudged as each falls due`,
    },
    tables: [
      {
        title: 'Delay from due to the network',
        columns: ['messages a second', ...percentiles.map((each) => `${each} %, ms`), 'busy cores'],
        rows: readings.map(({ rate, delays, busy }) => [
          String(rate),
          ...percentiles.map((each) => percentileOf(delays, each).toFixed(0)),
          busy.toFixed(2),
        ]),
      },
    ],
    plots: [plot(readings)],
    figures: main
      ? {
          'P5 p50': atMost(goals.p50, { value: percentileOf(main.delays, 50), unit: 'ms' }),
          'P5 p99': atMost(goals.p99, { value: percentileOf(main.delays, 99), unit: 'ms' }),
        }
      : {},
    notes: [
      'Due is the row’s own instant; the nudge leaves within a millisecond or two of it, which is in the delay. The end is the instant at which the network took the message down. Both are of one clock, to the millisecond.',
      'The usual pacing lets 3,000 devices send 67 messages a second.',
      'Busy cores: what workers, scheduler, Postgres, Redis and the simulator used of the machine. Where that is all of it, messages wait for a processor.',
    ],
    data: {
      readings: readings.map(({ delays, ...reading }) => ({
        ...reading,
        delays: percentiles.map((each) => [each, percentileOf(delays, each)]),
      })),
    },
  };
}

/** Throws `RangeError` for none. */
function percentileOf(sorted: readonly number[], percentile: number): number {
  const index = Math.min(sorted.length - 1, Math.ceil((percentile / 100) * sorted.length) - 1);
  const value = sorted[Math.max(0, index)];
  if (value === undefined) throw new RangeError('nothing was measured');
  return value;
}

function plot(readings: readonly LatencyReading[]) {
  const title = 'From due to the network';
  const line = (percentile: number, name: string) => ({
    name,
    points: readings.map(({ rate, delays }) => ({ x: rate, y: percentileOf(delays, percentile) })),
  });
  const svg = lineChart({
    title,
    xLabel: 'messages a second that fall due',
    yLabel: 'delay, ms',
    lines: [line(50, 'median'), line(99, '99 %')],
    limit: { value: goals.p99, label: `goal for 99 %: ${goals.p99} ms` },
  });
  return { name: 'delay', title, svg };
}
