import { expect, it } from 'vitest';

import { parseSoakOptions, UsageError } from '../soak-options.ts';

it('five minutes of 100 simulated devices, or of 30 real sessions, unless told', () => {
  expect(parseSoakOptions([])).toMatchObject({
    duration: 300_000,
    seed: 1,
    transport: 'simulated',
    devices: 100,
    workers: 4,
    schedulers: 2,
    faultEvery: [5_000, 20_000],
  });
  expect(parseSoakOptions(['--transport', 'baileys'])).toMatchObject({ devices: 30 });
});

it('help is no run', () => {
  expect(parseSoakOptions(['--help'])).toBeUndefined();
});

// A typing error must not become a run of another length, or one that strikes nothing.
it.each([
  [['--minutes', '0'], '--minutes'],
  [['--minutes', 'x'], '--minutes'],
  [['--seed', '-1'], 'seed'],
  [['--transport', 'pigeon'], '--transport'],
  [['--fault-every', '20s-5s'], '--fault-every'],
  [['--fault-every', '5'], '--fault-every'],
  [['--minuts', '5'], '--minuts'],
])('refuses %j and names the option', (argv, named) => {
  expect(() => parseSoakOptions(argv)).toThrow(UsageError);
  expect(() => parseSoakOptions(argv)).toThrow(named);
});
