import type { Member } from '../lab/member.ts';
import type { Random } from '../random.ts';
import type { Fault, Strike } from './fault.ts';

/** What happens to the process of a scheduler. No device is struck: no message may be repeated for it. */
export const schedulerFaults: readonly Fault[] = [
  fault('scheduler_killed', (member, random) => ({
    lasts: random.between(1_000, 8_000),
    strike: async () => await member.kill(),
    undo: async () => await member.start(),
  })),
  fault('scheduler_terminated', (member, random) => ({
    lasts: random.between(500, 4_000),
    strike: async () => await member.terminate(),
    undo: async () => await member.start(),
  })),
  fault('scheduler_stopped', (member, random) => ({
    lasts: random.between(5_000, 40_000),
    strike: () => member.freeze(),
    undo: () => member.thaw(),
  })),
];

function fault(
  kind: string,
  plan: (member: Member, random: Random) => Pick<Strike, 'lasts' | 'strike' | 'undo'>,
): Fault {
  return {
    kind,
    takes: 'scheduler',
    prepare: async (_lab, { member, random }) => ({
      target: member.name,
      devices: [],
      ...plan(member, random),
    }),
  };
}
