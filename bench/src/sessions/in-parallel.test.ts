import { expect, it } from 'vitest';
import { inParallel } from './in-parallel.ts';

const turn = async () => await new Promise((resolve) => setImmediate(resolve));

// With all in flight at once the slow ones lose their connections.
it('never works on more than it may, on each once, and keeps their order', async () => {
  let [running, most] = [0, 0];
  const results = await inParallel([1, 2, 3, 4, 5, 6, 7], { max: 3 }, async (each, index) => {
    running += 1;
    most = Math.max(most, running);
    await turn();
    running -= 1;
    return [each, index];
  });
  expect(most).toBe(3);
  expect(results).toEqual([1, 2, 3, 4, 5, 6, 7].map((each, index) => [each, index]));
});

// A round that goes on after a failure spends minutes on nothing.
it('throws the first failure and begins nothing after it', async () => {
  const begun: number[] = [];
  const running = inParallel([1, 2, 3, 4, 5, 6], { max: 2 }, async (each) => {
    begun.push(each);
    await turn();
    if (each === 2) throw new Error('not accepted');
    await turn();
  });
  await expect(running).rejects.toThrow('not accepted');
  await turn();
  await turn();
  expect(begun).toEqual([1, 2]);
});

it('is done at once where there is nothing to do', async () => {
  await expect(inParallel([], { max: 3 }, turn)).resolves.toEqual([]);
});
