import type { Part, PartContext, PartReport } from '../part.ts';
import { type CeilingPlan, type CeilingReading, measureCeiling } from './measure-ceiling.ts';

export const ceilingPart: Part = {
  name: 'ceiling',
  title: 'What the usual pacing lets a fleet send',
  run: measureAndReport,
};

const whole: CeilingPlan = { devices: 300, speed: 60, windows: 2 };
const quick: CeilingPlan = { devices: 60, speed: 60, windows: 1 };

const fleet = 3_000;
/** Messages a minute of that fleet: 80 an hour of each device. */
const ceiling = 4_000;

async function measureAndReport(context: PartContext): Promise<PartReport> {
  const plan = context.quick ? quick : whole;
  const reading = await measureCeiling(context, plan);
  return {
    settings: {
      pacing: `80 messages in any hour, gaps of 5 to 15 s, on a clock ${plan.speed} times as fast`,
      fleet: `${plan.devices} devices that always have something to send, for ${plan.windows} hours of that clock`,
    },
    tables: [table(reading)],
    plots: [],
    figures: context.quick ? {} : { P9: figure(reading) },
    notes: [
      'The ceiling is the policy’s: pacing sets it, not the code. What the engine could send is measured by the part `engine`, and is another number.',
      'A window of the ledger may hold no message more than the cap, wherever it begins.',
    ],
    data: { reading },
  };
}

const perMinute = ({ perHour }: CeilingReading): number => (perHour * fleet) / 60;

/** Reached when it is as fast as the policy allows, but for a percent, and no window is too full. */
function figure(reading: CeilingReading) {
  const value = Math.round(perMinute(reading));
  return {
    value,
    unit: 'messages/min',
    goal: `${ceiling}, no window above 80`,
    met: value >= ceiling * 0.99 && value <= ceiling && reading.fullest <= 80,
  };
}

function table(reading: CeilingReading): PartReport['tables'][number] {
  return {
    title: 'At 80 messages an hour',
    columns: ['what', 'value'],
    rows: [
      ['messages of one device in an hour', reading.perHour.toFixed(2)],
      ['the most of any device in any window of an hour', String(reading.fullest)],
      ['messages a minute of 3,000 devices', perMinute(reading).toFixed(0)],
      ['messages in the run', String(reading.messages)],
    ],
  };
}
