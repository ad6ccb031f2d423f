import { describe, expect, test } from 'vitest';

import { allDrills } from '../all-drills.ts';
import { parseDrillOptions, UsageError } from '../drill-options.ts';

describe('the options', () => {
  test('without a name, all drills run, and nothing is written', () => {
    expect(parseDrillOptions([])).toEqual({ drills: allDrills, save: false, report: false });
  });

  test('names are run in the order given, each once', () => {
    const options = parseDrillOptions(['--', 'term', 'kill', 'term', '--save']);
    expect(options?.drills.map(({ name }) => name)).toEqual(['term', 'kill']);
    expect(options?.save).toBe(true);
  });

  // Guards: a misspelt name that runs nothing and passes.
  test.each([['kil'], ['--sav'], ['kill', '--save=yes']])('%s is refused', (...argv) => {
    expect(() => parseDrillOptions(argv)).toThrow(UsageError);
  });

  test('help asks for nothing to run', () => {
    expect(parseDrillOptions(['--help'])).toBeUndefined();
  });
});

test('no two drills have one name', () => {
  expect(new Set(allDrills.map(({ name }) => name)).size).toBe(allDrills.length);
});
