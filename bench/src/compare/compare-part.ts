import type { Way } from '../engine/engine-fleet.ts';
import { totalOf } from '../engine/measure-engine.ts';
import type { Part, PartContext, PartReport } from '../part.ts';
import { barChart } from '../plot/bar-chart.ts';
import { spreadOf } from '../statistics.ts';
import {
  type CompareFindings,
  type ComparePlan,
  type DrainReading,
  measureCompare,
} from './measure-compare.ts';

export const comparePart: Part = {
  name: 'compare',
  title:
    'The same work by device queues, by stock BullMQ workers, by the direct processor; GroupMQ',
  run: measureAndReport,
};

const whole: ComparePlan = {
  devices: 300,
  messages: { queues: 21_000, stock: 21_000, direct: 400 },
  drain: { groups: 3_000, jobs: 30 },
  repetitions: 2,
};
const quick: ComparePlan = {
  devices: 100,
  messages: { queues: 3_000, stock: 3_000, direct: 100 },
  drain: { groups: 300, jobs: 20 },
  repetitions: 1,
};

const names: Readonly<Record<Way, string>> = {
  queues: 'device queues (ours)',
  stock: 'a stock BullMQ worker for each device',
  direct: 'the direct processor',
};

async function measureAndReport(context: PartContext): Promise<PartReport> {
  const plan = context.quick ? quick : whole;
  const findings = await measureCompare(context, plan);
  return {
    settings: {
      engines: `${plan.devices} devices in one worker, ${plan.repetitions} rounds in turn; messages: ${plan.messages.queues} by the queues and by stock workers, ${plan.messages.direct} by the direct processor`,
      network: 'the simulator, light protocol, ack after 50 to 150 ms, delivered 100 ms later',
      'queues alone': `${plan.drain.groups} queues of ${plan.drain.jobs} jobs with nothing to do; ours 512 at a time, GroupMQ 1.1.0 with a concurrency of 50`,
    },
    tables: [engineTable(findings), drainTable(findings)],
    plots: [plot(findings)],
    figures: context.quick ? {} : figures(findings),
    notes: [
      'All three do the same for a message, by the same code: claim, pacing, begin, send, acknowledgement, finish. They differ in where the next row comes from.',
      'GroupMQ keeps one queue of groups, and no queue of each device that BullMQ’s own tools could show.',
    ],
    data: { ...findings },
  };
}

const ratesOf = ({ engines }: CompareFindings, way: Way) =>
  spreadOf(engines.filter((reading) => reading.way === way).map(({ rate }) => rate));
const drainsOf = ({ drains }: CompareFindings, which: DrainReading['which']) =>
  drains.filter((reading) => reading.which === which);

function figures(findings: CompareFindings): PartReport['figures'] {
  const ours = ratesOf(findings, 'queues').median;
  const drained = (which: DrainReading['which']) =>
    spreadOf(drainsOf(findings, which).map(({ rate }) => rate)).median;
  return {
    'P3 stock': moreThan(1.3, ours / ratesOf(findings, 'stock').median),
    'P3 direct': moreThan(50, ours / ratesOf(findings, 'direct').median),
    'P3 GroupMQ': moreThan(0.75, drained('ours') / drained('groupmq')),
  };
}

function moreThan(limit: number, ratio: number) {
  const value = Number(ratio.toPrecision(3));
  return { value, unit: '× as fast', goal: `≥ ${limit}`, met: ratio >= limit };
}

function engineTable(findings: CompareFindings): PartReport['tables'][number] {
  const ways: readonly Way[] = ['queues', 'stock', 'direct'];
  return {
    title: 'The whole way of a message',
    columns: [
      'by',
      'messages/min',
      'min–max',
      'CPU, µs',
      'workers, µs',
      'Redis, µs',
      'Postgres, µs',
    ],
    rows: ways.map((way) => {
      const own = findings.engines.filter((reading) => reading.way === way);
      const rate = ratesOf(findings, way);
      return [
        names[way],
        rate.median.toFixed(0),
        `${rate.min.toFixed(0)}–${rate.max.toFixed(0)}`,
        medianText(own.map(({ cpu }) => totalOf(cpu))),
        medianText(own.map(({ cpu }) => cpu.workers)),
        medianText(own.map(({ cpu }) => cpu.redis)),
        medianText(own.map(({ cpu }) => cpu.postgres)),
      ];
    }),
  };
}

const medianText = (values: readonly number[]): string => spreadOf(values).median.toFixed(0);

function drainTable(findings: CompareFindings): PartReport['tables'][number] {
  return {
    title: 'Queues alone',
    columns: ['by', 'jobs/s', 'min–max', 'Node, µs'],
    rows: (['ours', 'groupmq'] as const).map((which) => {
      const own = drainsOf(findings, which);
      const rate = spreadOf(own.map((reading) => reading.rate));
      return [
        which === 'ours' ? 'device queues (ours)' : 'GroupMQ',
        rate.median.toFixed(0),
        `${rate.min.toFixed(0)}–${rate.max.toFixed(0)}`,
        spreadOf(own.map(({ node }) => node)).median.toFixed(0),
      ];
    }),
  };
}

function plot(findings: CompareFindings): PartReport['plots'][number] {
  const title = 'Messages a minute, the same work';
  const ways: readonly Way[] = ['queues', 'stock', 'direct'];
  const svg = barChart({
    title,
    xLabel: 'by',
    yLabel: 'thousand messages a minute',
    series: ['messages'],
    groups: ways.map((way) => {
      const { median, min, max } = ratesOf(findings, way);
      const bar = { value: median / 1_000, low: min / 1_000, high: max / 1_000 };
      return { label: way, bars: [bar] };
    }),
  });
  return { name: 'rate', title, svg };
}
