import type { Part, PartContext, PartReport } from '../part.ts';
import { atMost } from '../report/figure.ts';
import { spreadOf } from '../statistics.ts';
import { measureScan, type ScanFindings, type ScanPlan } from './measure-scan.ts';

export const scanPart: Part = {
  name: 'scan',
  title: 'Finding what is due among ten million rows',
  run: measureAndReport,
};

const whole: ScanPlan = { devices: 3_000, rows: 10_000_000, due: 30_000, repetitions: 3 };
const quick: ScanPlan = { devices: 3_000, rows: 300_000, due: 30_000, repetitions: 3 };

async function measureAndReport(context: PartContext): Promise<PartReport> {
  const plan = context.quick ? quick : whole;
  const findings = await measureScan(context, plan);
  return {
    settings: {
      rows: `${plan.rows} in sequence_contacts, two thirds active, over ${plan.devices} devices; ${plan.due} due, spread over all of them`,
      measured:
        'a pass over all 64 shards, 4 at a time, each a transaction that locks the shard and queues its rows',
      ...findings.servers,
    },
    tables: [table(findings)],
    plots: [],
    figures: context.quick ? {} : { P6: figure(findings) },
    listings: [{ title: 'The plan of the statement for one shard', text: findings.plan }],
    notes: [],
    data: { readings: findings.readings },
  };
}

function figure({ readings, sequentialScans }: ScanFindings) {
  const value = spreadOf(readings.map(({ pass }) => pass)).median;
  const reached = atMost(1_000, { value, unit: 'ms' });
  return {
    ...reached,
    goal: `${reached.goal}, no sequential scan`,
    met: reached.met && sequentialScans === 0,
  };
}

function table({ readings, sequentialScans }: ScanFindings): PartReport['tables'][number] {
  return {
    title: 'A pass over all shards',
    columns: ['what', 'median', 'min–max'],
    rows: [
      row(
        'all due rows queued, ms',
        readings.map(({ pass }) => pass),
      ),
      row(
        'CPU of Postgres, ms',
        readings.map(({ cpu }) => cpu),
      ),
      row(
        'with nothing due, ms',
        readings.map(({ empty }) => empty),
      ),
      ['sequential scans of sequence_contacts', String(sequentialScans), ''],
    ],
  };
}

function row(name: string, values: readonly number[]): readonly string[] {
  const { median, min, max } = spreadOf(values);
  return [name, median.toFixed(0), `${min.toFixed(0)}–${max.toFixed(0)}`];
}
