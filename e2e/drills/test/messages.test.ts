import { describe, expect, test } from 'vitest';

import {
  countCutOff,
  countInHand,
  countLateFrames,
  findAccepted,
  timesToSend,
} from '../ledger/messages.ts';
import { ledgerOf } from './ledger-builder.ts';

const a = new Set(['a']);

test('only what the network accepted counts as sent', () => {
  const ledger = ledgerOf(
    [10, 'accepted', 'a', 1, 'm1'],
    [20, 'dropped', 'a', 1, 'm2'],
    [30, 'nacked', 'a', 1, 'm3'],
    [40, 'accepted', 'b', 2, 'm4'],
  );
  expect(findAccepted(ledger, { from: 0 }).map(({ id }) => id)).toEqual(['m1', 'm4']);
  expect(timesToSend(ledger, { from: 5 })).toEqual([5, 35]);
});

test('a send is in hand until its answer', () => {
  const ledger = ledgerOf(
    [1, 'accepted', 'a', 1, 'm1'],
    [2, 'accepted', 'b', 2, 'm2'],
    [3, 'accepted', 'a', 1, 'm3'],
    [4, 'ack', 'a', undefined, 'm1'],
  );
  expect(countInHand(ledger, a)).toBe(1);
});

describe('a send is cut off', () => {
  const span = { from: 100, to: 200 };

  test('when its connection ends before the answer', () => {
    const ledger = ledgerOf(
      [90, 'connect', 'a', 1],
      [110, 'accepted', 'a', 1, 'm1'],
      [120, 'disconnect', 'a', 1],
      [130, 'connect', 'a', 2],
    );
    expect(countCutOff(ledger, a, span)).toBe(1);
  });

  // Guards: answered sends counted as cut off, which would hide a worker that closes too early among the others.
  test('not when the answer came first, on any of its connections', () => {
    const ledger = ledgerOf(
      [90, 'connect', 'a', 1],
      [95, 'disconnect', 'a', 1],
      [96, 'connect', 'a', 2],
      [110, 'accepted', 'a', 2, 'm1'],
      [111, 'ack', 'a', undefined, 'm1'],
      [120, 'disconnect', 'a', 2],
    );
    expect(countCutOff(ledger, a, span)).toBe(0);
  });

  test('not outside the span, and not of another device', () => {
    const ledger = ledgerOf(
      [1, 'connect', 'a', 1],
      [2, 'connect', 'b', 2],
      [3, 'accepted', 'a', 1, 'm1'],
      [4, 'accepted', 'b', 2, 'm2'],
      [99, 'disconnect', 'a', 1],
      [150, 'disconnect', 'b', 2],
    );
    expect(countCutOff(ledger, a, span)).toBe(0);
  });
});

describe('frames of a sleeper', () => {
  const sleepers = new Map([['a', 1]]);

  test('are late once a newer connection has taken its place, accepted or not', () => {
    const ledger = ledgerOf(
      [1, 'connect', 'a', 1],
      [2, 'accepted', 'a', 1, 'm1'],
      [3, 'connect', 'a', 7],
      [4, 'accepted', 'a', 7, 'm2'],
      [5, 'dropped', 'a', 1, 'm3'],
      [6, 'accepted', 'a', 1, 'm4'],
    );
    expect(countLateFrames(ledger, sleepers)).toEqual({ accepted: 1, refused: 1 });
  });

  // Guards: a device that nobody took, or that its owner connected anew, counted against the sleeper.
  test('are not late on a device that still is its own', () => {
    const ledger = ledgerOf(
      [1, 'connect', 'a', 1],
      [5, 'accepted', 'a', 1, 'm1'],
      [6, 'connect', 'a', 2],
      [7, 'accepted', 'a', 2, 'm2'],
      [8, 'accepted', 'b', 1, 'm3'],
    );
    expect(countLateFrames(ledger, sleepers)).toEqual({ accepted: 0, refused: 0 });
  });
});
