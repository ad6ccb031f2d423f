import type { Member } from '../lab/member.ts';
import type { Lab } from '../lab/lab.ts';
import type { Fault, Strike } from './fault.ts';
import { nothing } from './fault.ts';

type Part = Readonly<Pick<Strike, 'lasts' | 'strike' | 'undo'>> & Readonly<{ how?: string }>;

/** What happens to the process of a worker. */
export const workerFaults: readonly Fault[] = [
  fault('worker_killed', (member, random) => ({
    lasts: random.between(1_000, 8_000),
    strike: async () => await member.kill(),
    undo: async () => await member.start(),
  })),
  fault('worker_terminated', (member, random) => ({
    lasts: random.between(500, 4_000),
    strike: async () => await member.terminate(),
    undo: async () => await member.start(),
  })),
  fault('worker_stopped', (member, random) => {
    // Around the times of the fence (5 s) and of the steal (15 s), and now and then far beyond.
    const lasts = random.chance(0.7)
      ? random.between(5_000, 20_000)
      : random.between(20_000, 60_000);
    return { lasts, strike: () => member.freeze(), undo: () => member.thaw() };
  }),
  fault('worker_stalled', (member, random) => {
    const lasts = random.between(2_000, 20_000);
    return {
      lasts,
      strike: () => member.order({ kind: 'stall', ms: lasts }),
      undo: nothing,
    };
  }),
  fault('worker_clock', (member, random) => {
    const size = random.chance(0.5) ? random.between(3_000, 60_000) : 3_600_000;
    const ms = random.chance(0.5) ? size : -size;
    return {
      how: `${ms > 0 ? '+' : '-'}${size / 1_000} s`,
      lasts: random.between(5_000, 20_000),
      strike: () => member.order({ kind: 'shift', ms }),
      undo: () => member.order({ kind: 'shift', ms: 0 }),
    };
  }),
];

function fault(
  kind: string,
  plan: (member: Member, random: Parameters<Fault['prepare']>[1]['random']) => Part,
): Fault {
  return {
    kind,
    takes: 'worker',
    prepare: async (lab: Lab, { member, random }) => {
      const { how, ...part } = plan(member, random);
      const devices = await lab.fleet.devicesOf(member);
      return { target: [member.name, how].filter(Boolean).join(' '), devices, ...part };
    },
  };
}
