import type { DeviceCap, Lab } from '../lab/lab.ts';
import type { Random } from '../random.ts';
import type { Fault } from './fault.ts';

/** What an operator and contacts do in the middle of it all: no fault, but it must hold through every fault. */
export const operatorFaults: readonly Fault[] = [
  {
    kind: 'operator_pause',
    takes: 'operator',
    prepare: async (lab, { random }) => {
      const { names, phones } = someDevices(lab, random, 8);
      return {
        target: names.join(' '),
        devices: [],
        lasts: random.between(4_000, 15_000),
        strike: async () => {
          const done = await lab.operator.tries('pause', ...names, '--reason', 'soak', '-q', '-y');
          if (done) lab.actions.pause(phones);
        },
        undo: async () => await resume(lab, names, phones),
      };
    },
  },
  {
    kind: 'operator_drain',
    takes: 'operator',
    prepare: async (lab, { random }) => {
      const { names, phones } = someDevices(lab, random, 4);
      return {
        target: names.join(' '),
        devices: [],
        lasts: random.between(2_000, 10_000),
        strike: async () => {
          const words = ['drain', ...names, '--wait', '--timeout', '20s', '-q', '-y'];
          if (await lab.operator.tries(...words)) lab.actions.pause(phones);
        },
        undo: async () => await resume(lab, names, phones),
      };
    },
  },
  {
    kind: 'operator_caps',
    takes: 'operator',
    prepare: async (lab, { random }) => {
      const { names, phones } = someDevices(lab, random, 3);
      const lower = { ...lab.cap, max: random.between(4, lab.cap.max - 4) };
      return {
        target: `${names.join(' ')}, ${capText(lower)}`,
        devices: [],
        lasts: random.between(10_000, 30_000),
        strike: async () => {
          for (const [at, name] of names.entries()) {
            const done = await lab.operator.tries(
              'device',
              'set',
              name,
              '--cap',
              capText(lower),
              '-q',
            );
            if (done) lab.actions.caps(phones.slice(at, at + 1), lower);
          }
        },
        undo: async () => {
          lab.actions.caps(phones, lab.cap);
          for (const name of names) {
            await lab.operator.insists('device', 'set', name, '--cap', capText(lab.cap), '-q');
          }
        },
      };
    },
  },
  {
    kind: 'operator_suppress',
    takes: 'operator',
    prepare: async (lab) => {
      const next = lab.nextContact();
      if (next === undefined) return undefined;
      return {
        target: 'one contact',
        devices: [],
        lasts: 0,
        strike: async () => {
          if (await lab.operator.tries('suppress', next.contact, '-q')) {
            lab.actions.optOut(next.contact);
          }
        },
        undo: () => {},
      };
    },
  },
];

export const capText = ({ max, windowMs }: DeviceCap): string => `${max}/${windowMs / 1_000}s`;

function someDevices({ devices }: Lab, random: Random, most: number) {
  const some = random.some([...devices], random.between(1, most));
  return { names: some.map(([name]) => name), phones: some.map(([, phone]) => phone) };
}

async function resume(
  { operator, actions }: Lab,
  names: readonly string[],
  phones: readonly string[],
): Promise<void> {
  actions.resume(phones);
  await operator.insists('resume', ...names, '-q', '-y');
}
