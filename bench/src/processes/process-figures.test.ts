import { expect, it } from 'vitest';
import { parseStat, readMemory, statusField } from './process-figures.ts';

// `postgres: worker) (x` is a name that a process may have, and every field after it would be another.
it('reads CPU behind a name with brackets and spaces', () => {
  const fields = 'S 77 1 1 0 -1 4194560 100 0 0 0 250 50 1000 500 20 0 1 0 12345';
  const expected = { parent: 77, own: 3_000, children: 15_000 };
  expect(parseStat(`123 (node) ${fields}`)).toEqual(expected);
  expect(parseStat(`123 (postgres: a) (b) ${fields}`)).toEqual(expected);
});

it('reads the field that is asked for, not one that begins like it', () => {
  const status = 'Name:\tnode\nVmRSSExtra:\t   1 kB\nVmHWM:\t  300 kB\nVmRSS:\t  200 kB\n';
  expect([statusField(status, 'VmRSS'), statusField(status, 'VmHWM')]).toEqual([200, 300]);
  expect(() => statusField(status, 'VmSwap')).toThrow('no VmSwap');
});

it.runIf(process.platform === 'linux')('reads the memory of a process that runs', async () => {
  const { rss, peak } = await readMemory(process.pid);
  expect(rss).toBeGreaterThan(10_000);
  expect(peak).toBeGreaterThanOrEqual(rss);
});
