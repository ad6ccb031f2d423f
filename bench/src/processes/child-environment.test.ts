import { expect, it } from 'vitest';
import { childEnvironment } from './child-environment.ts';

// A DATABASE_URL of the person who runs it must never be what a benchmark writes to, nor NODE_OPTIONS part of a figure.
it('a child gets what it needs to run, and no setting that was not meant for it', () => {
  const env = {
    PATH: '/bin',
    DATABASE_URL: 'postgres://elsewhere',
    NODE_OPTIONS: '--inspect',
    MAX_WORKERS_PER_INSTANCE: '3',
  };
  expect(childEnvironment(env, { PORT: '0' })).toEqual({ PATH: '/bin', PORT: '0' });
});
