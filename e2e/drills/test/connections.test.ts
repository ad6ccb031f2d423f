import { describe, expect, test } from 'vitest';

import {
  countMoves,
  findConnected,
  findLastMove,
  gapsOf,
  timesToConnect,
} from '../ledger/connections.ts';
import { ledgerOf } from './ledger-builder.ts';

const both = new Set(['a', 'b']);

describe('who is connected', () => {
  test('is who connected last and did not leave', () => {
    const ledger = ledgerOf(
      [1, 'connect', 'a', 1],
      [2, 'connect', 'b', 2],
      [3, 'disconnect', 'a', 1],
    );
    expect([...findConnected(ledger)]).toEqual([['b', 2]]);
  });

  // Guards: a device counted as away because the end of its older connection was noticed late.
  test('the late end of an older connection ends nothing', () => {
    const ledger = ledgerOf(
      [1, 'connect', 'a', 1],
      [2, 'connect', 'a', 2],
      [3, 'disconnect', 'a', 1],
    );
    expect(findConnected(ledger).get('a')).toBe(2);
  });
});

describe('moves', () => {
  const ledger = ledgerOf(
    [10, 'connect', 'a', 1],
    [20, 'conflict', 'a', 1],
    [20, 'disconnect', 'a', 1],
    [21, 'accepted', 'a', 1, 'm'],
    [30, 'connect', 'a', 2],
  );

  test.each([
    { from: 0, moves: 4 },
    { from: 20, moves: 3 },
    { from: 20, to: 20, moves: 2 },
    { from: 21, to: 29, moves: 0 },
  ])('both ends of a span belong to it: $from to $to', ({ moves, ...span }) => {
    expect(countMoves(ledger, span)).toBe(moves);
  });

  test('the last one is no message', () => {
    expect(findLastMove(ledger.slice(0, 4))).toBe(20);
    expect(findLastMove([])).toBe(-Infinity);
  });
});

// Guards: a device that reconnects twice, or another worker's device, making the take-over look quicker or slower.
test('the time to connect is that of the first connect after the fault, of the devices that were struck', () => {
  const ledger = ledgerOf(
    [90, 'connect', 'a', 1],
    [105, 'connect', 'c', 2],
    [130, 'connect', 'b', 3],
    [140, 'connect', 'a', 4],
    [150, 'connect', 'b', 5],
  );
  expect(timesToConnect(ledger, both, { from: 100 })).toEqual([30, 40]);
});

describe('the gap of a device', () => {
  test('is from its first end after the fault to its next connect', () => {
    const ledger = ledgerOf(
      [50, 'disconnect', 'a', 1],
      [60, 'connect', 'a', 2],
      [110, 'disconnect', 'a', 2],
      [111, 'disconnect', 'b', 3],
      [113, 'connect', 'b', 4],
      [119, 'connect', 'a', 5],
      [120, 'disconnect', 'a', 5],
    );
    expect(gapsOf(ledger, both, { from: 100 })).toEqual([2, 9]);
  });

  // Guards: devices that were lost for good missing from the percentiles, which would then be better.
  test('is without end for one that never came back', () => {
    const ledger = ledgerOf([110, 'disconnect', 'a', 1]);
    expect(gapsOf(ledger, both, { from: 100 })).toEqual([Infinity]);
  });
});
