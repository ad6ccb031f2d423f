import type { Part, PartContext, PartReport } from '../part.ts';
import { enginePlan } from './engine-plan.ts';
import { engineReport } from './engine-report.ts';
import { measureEngine } from './measure-engine.ts';

export const enginePart: Part = {
  name: 'engine',
  title: 'The engine with its caps lifted: messages a minute, CPU of a message',
  run: measureAndReport,
};

async function measureAndReport(context: PartContext): Promise<PartReport> {
  if (process.platform !== 'linux') {
    throw new Error('the part engine reads the figures of processes from /proc: it needs Linux');
  }
  const plan = enginePlan(context.quick);
  const { readings, servers } = await measureEngine(context, plan);
  const report = engineReport(readings);
  return {
    settings: {
      fleets: plan.fleets
        .map((own) => `${own.devices} devices, ${own.repetitions} × ${own.messages} messages`)
        .join('; '),
      messages:
        'of one step, shared evenly among the devices; a shorter reading before, which does not count',
      processes: 'a worker for every 500 devices, one scheduler; default settings',
      pacing: 'caps of 10⁹ an hour, gaps of 0 s',
      network: 'the simulator, light protocol, ack after 1 ms, delivered 1 ms later, none read',
      ...servers,
    },
    ...report,
    // A goal is a goal at its number of devices, which a quick look does not have.
    figures: context.quick ? {} : report.figures,
    data: { readings },
  };
}
