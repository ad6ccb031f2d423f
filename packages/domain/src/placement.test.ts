import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseSuccessors, claimRoom, claimTarget, leastLoaded, mayShed } from './placement.ts';

const load = fc.record({
  wanted: fc.nat(10_000),
  liveWorkers: fc.nat(100),
  capacity: fc.integer({ min: 1, max: 5_000 }),
});

describe('claimTarget', () => {
  test('the shares of all workers together cover what is wanted, as far as they have room', () => {
    fc.assert(
      fc.property(load, ({ wanted, liveWorkers, capacity }) => {
        const workers = Math.max(1, liveWorkers);
        const total = workers * claimTarget({ wanted, liveWorkers, capacity });
        expect(total).toBeGreaterThanOrEqual(Math.min(wanted, workers * capacity));
        // Rounded up, by less than one device a worker.
        expect(total).toBeLessThan(wanted + workers);
      }),
    );
  });

  test('is never above the capacity, and a whole number', () => {
    fc.assert(
      fc.property(load, (given) => {
        const target = claimTarget(given);
        expect(target).toBeLessThanOrEqual(given.capacity);
        expect(Number.isInteger(target)).toBe(true);
      }),
    );
  });

  test('shrinks when workers join, grows when they leave', () => {
    fc.assert(
      fc.property(load, (given) => {
        const more = { ...given, liveWorkers: given.liveWorkers + 1 };
        expect(claimTarget(more)).toBeLessThanOrEqual(claimTarget(given));
      }),
    );
  });

  test('a worker that sees no live one, not even itself, takes what it can', () => {
    expect(claimTarget({ wanted: 7, liveWorkers: 0, capacity: 500 })).toBe(7);
  });
});

describe('claimRoom', () => {
  const fleet = { wanted: 30, liveWorkers: 3, capacity: 500 };

  test('is what is missing to the share, whatever else the worker owns', () => {
    expect(claimRoom({ ...fleet, owned: 0, ownedWanted: 0 })).toBe(10);
    // Devices that have nothing to do any more must not keep those that have from being claimed.
    expect(claimRoom({ ...fleet, owned: 14, ownedWanted: 4 })).toBe(6);
    expect(claimRoom({ ...fleet, owned: 12, ownedWanted: 12 })).toBe(0);
  });

  test('is never more than there are places', () => {
    expect(claimRoom({ ...fleet, capacity: 12, owned: 11, ownedWanted: 2 })).toBe(1);
    expect(claimRoom({ ...fleet, capacity: 12, owned: 13, ownedWanted: 2 })).toBe(0);
  });
});

describe('leastLoaded', () => {
  test('the device with the fewest contacts; the first of equals', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 1 }), (counts) => {
        const devices = counts.map((contacts, id) => ({ id, contacts }));
        expect(leastLoaded(devices)).toBe(counts.indexOf(Math.min(...counts)));
      }),
    );
  });

  test('none of none', () => {
    expect(leastLoaded([])).toBeUndefined();
  });
});

describe('giving devices away', () => {
  const own = { wanted: 200, liveWorkers: 2, capacity: 500, owned: 100, ownedWanted: 100 };
  const peer = { capacity: 500, build: 'new', startedAt: 2 };

  test('happens only above the share and two in a hundred more', () => {
    // Guards: devices that go to and fro between workers, a reconnect each time.
    expect(mayShed(own)).toBe(false);
    expect(mayShed({ ...own, ownedWanted: 102 })).toBe(false);
    expect(mayShed({ ...own, ownedWanted: 103 })).toBe(true);
  });

  test('fills nobody above the share', () => {
    const peers = [
      { ...peer, worker: 'a', devices: 99 },
      { ...peer, worker: 'b', devices: 100 },
    ];
    expect(chooseSuccessors(3, { peers, share: 100 })).toEqual(['a', undefined, undefined]);
  });

  test('goes to the build that was started last, even if another has room', () => {
    // Guards: in a deploy each device moving twice.
    const peers = [
      { ...peer, worker: 'old', devices: 0, build: 'old', startedAt: 1 },
      { ...peer, worker: 'new', devices: 50 },
    ];
    expect(chooseSuccessors(1, { peers, share: 100 })).toEqual(['new']);
    const giver = { build: 'newer', startedAt: 3 };
    expect(chooseSuccessors(1, { peers, share: 100, own: giver })).toEqual([undefined]);
  });
});
