import { costs, type EngineReading, totalOf } from '../engine/measure-engine.ts';
import type { Part, PartContext, PartReport } from '../part.ts';
import { measurePrune, type PrunePlan } from './measure-prune.ts';

export const prunePart: Part = {
  name: 'prune',
  title: 'What prune costs an engine that sends as fast as it can',
  run: measureAndReport,
};

const whole: PrunePlan = { devices: 100, warmUp: 10_000, messages: 30_000, old: 400_000 };
const quick: PrunePlan = { devices: 100, warmUp: 2_000, messages: 5_000, old: 100_000 };

async function measureAndReport(context: PartContext): Promise<PartReport> {
  const plan = context.quick ? quick : whole;
  const { alone, beside, pruned, pruneRate, servers } = await measurePrune(context, plan);
  return {
    settings: {
      fleet: `${plan.devices} devices with caps of 10⁹ an hour and gaps of 0 s, one worker, one scheduler, ${plan.messages} messages a reading`,
      old: `${plan.old} deliveries, half of them of runs that ended 40 days ago, half 5 days ago`,
      ...servers,
    },
    tables: [
      {
        title: 'The engine alone, and beside prune',
        columns: ['', 'messages/min', 'CPU, µs', ...costs.map((cost) => `${cost}, µs`)],
        rows: [row('alone', alone), row('beside prune', beside)],
      },
    ],
    plots: [],
    figures: {},
    notes: [
      `${pruned} rows were pruned meanwhile, ${pruneRate.toFixed(0)} a second. Their cost is in what a message cost beside prune.`,
    ],
    data: { alone, beside, pruned, pruneRate },
  };
}

function row(name: string, { rate, cpu }: EngineReading): readonly string[] {
  const parts = costs.map((cost) => cpu[cost].toFixed(0));
  return [name, rate.toFixed(0), totalOf(cpu).toFixed(0), ...parts];
}
