import { expect, it } from 'vitest';
import { describeMachine, judgeLoad } from './machine.ts';

// A figure that was taken beside a build looks like a regression.
it('warns of a machine that had more than half a core of work for each core', () => {
  expect(judgeLoad(1, 2).warning).toBeUndefined();
  expect(judgeLoad(1.01, 2).warning).toContain('load 1.01 on 2 cores');
});

// Reports are committed.
it('says what a figure depends on, and no name of the host', () => {
  expect(Object.keys(describeMachine()).toSorted()).toEqual([
    'cores',
    'cpu',
    'memoryGiB',
    'node',
    'system',
  ]);
});
