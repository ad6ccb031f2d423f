import type { Part, PartContext, PartReport } from '../part.ts';
import { atMost } from '../report/figure.ts';
import { type IdlePlan, type IdleReading, measureIdle } from './measure-idle.ts';

export const idlePart: Part = {
  name: 'idle',
  title: 'A fleet with nothing to send: connections, commands, CPU',
  run: measureAndReport,
};

const whole: IdlePlan = { devices: 3_000, settle: 20_000, duration: 60_000 };
const quick: IdlePlan = { devices: 500, settle: 5_000, duration: 20_000 };

async function measureAndReport(context: PartContext): Promise<PartReport> {
  const reading = await measureIdle(context, context.quick ? quick : whole);
  return {
    settings: {
      fleet: `${reading.devices} devices, ${reading.workers} workers, one scheduler, every device connected, every queue in Redis`,
      measured: `${whole.duration / 1_000} s, ${whole.settle / 1_000} s after the last message`,
    },
    tables: tables(reading),
    plots: [],
    figures: context.quick ? {} : figures(reading),
    notes: [
      'Commands: the scripts and publications that Redis got, of all processes, divided by the workers. What remains is the renewal of the locks every 4 s and the look at the queues every 5 s, each one script for all devices of a worker, and the scheduler’s looks.',
      'A stock BullMQ worker for each device has 500 connections in such a worker, and asks 200 times a second.',
    ],
    data: { reading },
  };
}

function figures({ connections, commands, cpu }: IdleReading): PartReport['figures'] {
  return {
    'P4 connections': atMost(3, { value: connections, unit: 'connections a worker' }),
    'P4 commands': atMost(2, { value: commands, unit: 'commands/s a worker' }),
    'P4 CPU': atMost(1, { value: cpu.median, unit: '% of a core, a worker' }),
  };
}

function tables({ connections, commands, cpu, calls }: IdleReading): PartReport['tables'] {
  return [
    {
      title: 'A worker of 500 idle devices',
      columns: ['what', 'value'],
      rows: [
        ['connections to Redis', String(connections)],
        ['commands a second', commands.toFixed(2)],
        ['CPU, % of a core: median of the workers', cpu.median.toFixed(2)],
        ['the most of any', cpu.most.toFixed(2)],
        ['the scheduler', cpu.scheduler.toFixed(2)],
        ['Redis, for all', cpu.redis.toFixed(2)],
        ['Postgres, for all', cpu.postgres.toFixed(2)],
      ],
    },
    {
      title: 'Calls in Redis, those inside scripts included',
      columns: ['command', 'a second'],
      rows: calls.map(([command, rate]) => [command, rate.toFixed(2)]),
    },
  ];
}
