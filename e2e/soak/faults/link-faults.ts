import { type LinkName, setMode } from '../lab/links.ts';
import type { ProxyMode } from '../lab/proxy-mode.ts';
import type { Random } from '../random.ts';
import type { Fault } from './fault.ts';

type Breakage = Readonly<{
  name: string;
  mode(random: Random): ProxyMode;
  /** ms, from and to. */
  lasts: readonly [number, number];
}>;

const breakages: readonly Breakage[] = [
  { name: 'refused', mode: () => ({ kind: 'refuse' }), lasts: [1_000, 20_000] },
  { name: 'black_hole', mode: () => ({ kind: 'black_hole' }), lasts: [3_000, 30_000] },
  {
    name: 'half_open',
    mode: (random) => ({
      kind: 'half_open',
      silent: random.chance(0.5) ? 'to_server' : 'to_client',
    }),
    lasts: [3_000, 25_000],
  },
  {
    name: 'delayed',
    mode: (random) => ({ kind: 'delay', ms: random.between(100, 3_000) }),
    lasts: [5_000, 20_000],
  },
  {
    name: 'cut',
    mode: (random) => ({ kind: 'cut_after', bytes: random.between(1, 5_000) }),
    lasts: [1_000, 10_000],
  },
  {
    name: 'reply_dropped',
    mode: (random) => ({ kind: 'drop_reply', requests: random.between(0, 3) }),
    lasts: [3_000, 10_000],
  },
];

const linkNames: readonly LinkName[] = ['network', 'postgres', 'redis'];

/** Each breakage of each link, for one worker and for everybody. */
export const linkFaults: readonly Fault[] = linkNames.flatMap((link) =>
  breakages.flatMap((breakage) => [forOne(link, breakage), forAll(link, breakage)]),
);

function forOne(link: LinkName, { name, mode, lasts: [min, max] }: Breakage): Fault {
  return {
    kind: `${link}_${name}`,
    takes: 'worker',
    prepare: async ({ fleet }, { member, random }) => {
      const drawn = mode(random);
      return {
        target: `${member.name}, ${describe(drawn)}`,
        devices: await fleet.devicesOf(member),
        lasts: random.between(min, max),
        strike: () => setMode([member.links], link, drawn),
        undo: () => setMode([member.links], link, { kind: 'pass' }),
      };
    },
  };
}

function forAll(link: LinkName, { name, mode, lasts: [min, max] }: Breakage): Fault {
  return {
    kind: `${link}_${name}`,
    takes: link,
    prepare: async ({ fleet }, { random }) => {
      const drawn = mode(random);
      return {
        target: `everybody, ${describe(drawn)}`,
        devices: 'all',
        lasts: random.between(min, max),
        strike: () => setMode(fleet.links, link, drawn),
        undo: () => setMode(fleet.links, link, { kind: 'pass' }),
      };
    },
  };
}

function describe(mode: ProxyMode): string {
  const { kind, ...details } = mode;
  return [kind, ...Object.values(details)].join(' ');
}
