import { expect, it } from 'vitest';
import { judgeCrashes } from './judge-crashes.ts';

// Guards against condemning a row for a power cut, and against a row that takes process after process with it.
it('suspects a row after two crashes and condemns it after the third', () => {
  expect([0, 1, 2, 3, 4].map(judgeCrashes)).toEqual([
    'innocent',
    'innocent',
    'suspect',
    'poison',
    'poison',
  ]);
});
