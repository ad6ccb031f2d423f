import { describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { parseConfig } from './config.ts';

const problemsOf = (parse: () => unknown): string => {
  try {
    parse();
    return 'none';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
};

describe('parseConfig', () => {
  it('reads durations as milliseconds and takes the defaults of what is not given, or empty', () => {
    const env = { HEARTBEAT_INTERVAL: '500ms', PORT: '' };
    expect(parseConfig(env, ['HEARTBEAT_INTERVAL', 'FENCE_AFTER', 'PORT'])).toEqual({
      HEARTBEAT_INTERVAL: 500,
      FENCE_AFTER: 14_000,
      PORT: 0,
    });
  });

  // Guards against mending one setting per start.
  it('lists all problems at once, each with its name', () => {
    const env = { DATABASE_URL: 'mysql://x', MIN_GAP: '5', PORT: '70000', TRANSPORT: 'pigeon' };
    const names = ['DATABASE_URL', 'REDIS_URL', 'MIN_GAP', 'PORT', 'TRANSPORT'] as const;
    const problems = problemsOf(() => parseConfig(env, names));
    for (const name of names) expect(problems).toContain(`\n  ${name}: `);
    expect(problems).toContain('write it with its unit, such as 5s');
    expect(problems).toContain('REDIS_URL: is not set');
  });

  // Guards the ownership rule: fence + 10 s ≤ steal, or two workers could own one device.
  it.each([
    [{ FENCE_AFTER: '20s', STEAL_AFTER: '29s' }, 'STEAL_AFTER'],
    [{ HEARTBEAT_INTERVAL: '8s' }, 'HEARTBEAT_INTERVAL'],
    [{ MIN_GAP: '20s', MAX_GAP: '10s' }, 'MIN_GAP'],
  ])('refuses times that do not fit together: %j', (env, name) => {
    const names = [
      'FENCE_AFTER',
      'STEAL_AFTER',
      'HEARTBEAT_INTERVAL',
      'MIN_GAP',
      'MAX_GAP',
    ] as const;
    expect(problemsOf(() => parseConfig(env, names))).toContain(`\n  ${name}: must`);
  });

  it('never repeats a value that may hold a password', () => {
    const env = { DATABASE_URL: 'mysql://user:hunter2@db/x' };
    expect(problemsOf(() => parseConfig(env, ['DATABASE_URL']))).not.toContain('hunter2');
  });
});
