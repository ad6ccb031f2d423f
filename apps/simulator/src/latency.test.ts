import fc from 'fast-check';
import { expect, it } from 'vitest';
import { delayOf, isRead } from './latency.ts';

it('keeps every delay within its range, and the same for the same id', () => {
  const range = fc.tuple(fc.nat(500), fc.nat(500)).map(([minMs, more]) => ({
    minMs,
    maxMs: minMs + more,
  }));
  fc.assert(
    fc.property(range, fc.string(), (delay, id) => {
      const ms = delayOf(delay, id, 'ack');
      expect(Number.isInteger(ms)).toBe(true);
      expect(ms).toBeGreaterThanOrEqual(delay.minMs);
      expect(ms).toBeLessThanOrEqual(delay.maxMs);
      expect(delayOf(delay, id, 'ack')).toBe(ms);
    }),
  );
});

it('uses the whole of a range', () => {
  const ids = Array.from({ length: 400 }, (_, i) => `3EB0${i}`);
  const delays = new Set(ids.map((id) => delayOf({ minMs: 5, maxMs: 20 }, id, 'ack')));
  expect(delays.size).toBe(16);
});

it.each([
  [0, 0, 0],
  [0.5, 450, 550],
  [1, 1000, 1000],
])('has about a share of %d of the messages read', (share, least, most) => {
  const ids = Array.from({ length: 1000 }, (_, i) => `3EB0${i.toString(16).toUpperCase()}`);
  const read = ids.filter((id) => isRead(id, share)).length;
  expect(read).toBeGreaterThanOrEqual(least);
  expect(read).toBeLessThanOrEqual(most);
});
