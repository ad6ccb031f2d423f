import type { FrameFate } from '../network/simulated-network.ts';
import { drawDuration, type Fault } from './fault.ts';

const cutMax = 60_000;

export const networkFaults: readonly Fault[] = [
  {
    kind: 'connection_broken',
    weight: 4,
    strike: ({ world, plan, random }) =>
      world.network.breakConnection(random.pick(plan.devices).phone) ? 0 : undefined,
  },
  ...(['dropped', 'cut', 'unacknowledged', 'late', 'busy'] as const).map((fate): Fault => ({
    kind: `frame_${fate}`,
    weight: fate === 'busy' ? 1 : 4,
    strike: ({ storm, plan, random }) => {
      storm.setFrameFate(random.pick(plan.devices).phone, fate satisfies FrameFate);
      // Noted when it strikes: the next frame may be long in coming.
      return undefined;
    },
  })),
  {
    kind: 'network_cut',
    weight: 3,
    strike: ({ world, storm, fleet, random }) => {
      const process = fleet.pickWorker(random);
      if (!process) return undefined;
      const duration = drawDuration(random, cutMax);
      storm.networkCuts.add(process);
      world.time.after(duration, () => {
        if (storm.networkCuts.delete(process)) world.network.breakConnectionsOf(process);
      });
      return duration;
    },
  },
];
