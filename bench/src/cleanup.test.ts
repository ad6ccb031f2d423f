import { expect, it } from 'vitest';
import { Cleanup } from './cleanup.ts';

// What is left running would be measured by the next run.
it('undoes everything, the last one first, even when one step fails', async () => {
  const cleanup = new Cleanup();
  const undone: string[] = [];
  const failure = new Error('did not stop');
  cleanup.add(() => {
    undone.push('servers');
  });
  cleanup.add(() => Promise.reject(failure));
  cleanup.add(async () => {
    undone.push('worker');
  });
  expect(await cleanup.run()).toEqual([failure]);
  expect(undone).toEqual(['worker', 'servers']);
});

it('undoes nothing twice', async () => {
  const cleanup = new Cleanup();
  let times = 0;
  cleanup.add(() => {
    times += 1;
  });
  await cleanup.run();
  await cleanup.run();
  expect(times).toBe(1);
});

it('tells whoever waits why the run ends', () => {
  const cleanup = new Cleanup();
  cleanup.abort(new Error('the simulator ended'));
  expect(() => cleanup.signal.throwIfAborted()).toThrow('the simulator ended');
});
