import { describe, expect, it } from 'vitest';
import { benchUsage, parseBenchOptions, UsageError } from './bench-options.ts';
import type { Part } from './part.ts';

const part = (name: string): Part => ({
  name,
  title: `measures ${name}`,
  run: () => Promise.reject(new Error('not to be run')),
});
const engine = part('engine');
const sessions = part('sessions');
const parse = (...argv: readonly string[]) => parseBenchOptions(argv, [engine, sessions]);

describe('parseBenchOptions', () => {
  it('runs all parts when none is named', () => {
    expect(parse()).toEqual({ kind: 'run', parts: [engine, sessions], quick: false });
  });

  // Named twice it must not be measured twice, and a later part may rely on the order.
  it('runs what is named, once, in the order of the list', () => {
    expect(parse('sessions', 'engine', 'sessions', '--quick')).toEqual({
      kind: 'run',
      parts: [engine, sessions],
      quick: true,
    });
  });

  it('reads past the separator that npm and pnpm hand on', () => {
    expect(parse('--', 'sessions')).toMatchObject({ parts: [sessions] });
  });

  // A typing error must not start a run of half an hour.
  it.each([
    [['session'], 'there is no part "session"; there is: engine, sessions'],
    [['--fast'], "Unknown option '--fast'"],
    [['--quick=1'], "'--quick' does not take an argument"],
  ])('refuses %j and says why', (argv, reason) => {
    expect(() => parse(...argv)).toThrow(UsageError);
    expect(() => parse(...argv)).toThrow(reason);
  });

  it('gives help even beside what it would refuse', () => {
    expect(parse('nonsense', '--help')).toEqual({ kind: 'help' });
    expect(benchUsage([engine, sessions])).toContain('  engine    measures engine\n  sessions');
  });
});
