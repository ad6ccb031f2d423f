import { expect, it } from 'vitest';
import { Isolation } from './isolation.ts';

/** Works that end when they are told to, and what they did in which order. */
function stage(isolation: Isolation) {
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (name: string) => async () => {
    log.push(`${name} begins`);
    await new Promise<void>((resolve) => ends.set(name, resolve));
    log.push(`${name} ends`);
  };
  const underway: Promise<void>[] = [];
  return {
    log,
    among: (name: string) => void underway.push(isolation.among(run(name))),
    alone: (name: string) => void underway.push(isolation.alone(run(name))),
    end: async (name: string) => {
      ends.get(name)?.();
      // The turns of those who wait are microtasks away.
      await new Promise((resolve) => setImmediate(resolve));
    },
    all: () => Promise.all(underway),
  };
}

// Guards against a death in company: nobody could say which row the process died of.
it('lets nothing run beside one that must be alone', async () => {
  const { log, among, alone, end, all } = stage(new Isolation());
  among('a');
  among('b');
  alone('suspect');
  among('c');
  expect(log).toEqual(['a begins', 'b begins']);
  await end('a');
  expect(log).toEqual(['a begins', 'b begins', 'a ends']);
  await end('b');
  await end('suspect');
  await end('c');
  await all();
  expect(log.slice(3)).toEqual(['b ends', 'suspect begins', 'suspect ends', 'c begins', 'c ends']);
});

// Guards against a suspect that waits for ever because there is always somebody else.
it('lets nobody overtake one that waits to be alone, and gives turns in order', async () => {
  const { log, among, alone, end, all } = stage(new Isolation());
  among('a');
  alone('first');
  among('b');
  alone('second');
  await end('a');
  await end('first');
  expect(log.at(-1)).toBe('b begins');
  await end('b');
  await end('second');
  await all();
});

it('frees the way after work that throws', async () => {
  const isolation = new Isolation();
  await expect(isolation.alone(() => Promise.reject(new Error('broken')))).rejects.toThrow(
    'broken',
  );
  await expect(isolation.among(() => Promise.resolve('done'))).resolves.toBe('done');
});
