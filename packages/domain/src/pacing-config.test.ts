import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  effectivePacing,
  formatCap,
  formatGap,
  PacingError,
  parseCap,
  parseGap,
  parsePacing,
  storePacing,
} from './pacing-config.ts';
import { durationMs } from './time.ts';

const cap = fc.record({
  max: fc.integer({ min: 1, max: 1_000_000_000 }),
  // Whole seconds: a text of time has nine digits at most.
  window: fc.integer({ min: 1, max: 30 * 86_400 }).map((seconds) => durationMs(seconds * 1_000)),
});
const gap = fc
  .tuple(fc.integer({ min: 0, max: 86_400_000 }), fc.integer({ min: 0, max: 86_400_000 }))
  .map(([one, other]) => ({
    min: durationMs(Math.min(one, other)),
    max: durationMs(Math.max(one, other)),
  }));

describe('the pacing of a device', () => {
  it('reads back what it stored, whatever is set', () => {
    const override = fc.record(
      { caps: fc.array(cap, { minLength: 1, maxLength: 10 }), gap },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(override, (given) => {
        expect(parsePacing(structuredClone(storePacing(given)))).toEqual(given);
      }),
    );
  });

  it('reads back the texts it writes', () => {
    fc.assert(
      fc.property(cap, gap, (givenCap, givenGap) => {
        expect(parseCap(formatCap(givenCap))).toEqual(givenCap);
        expect(parseGap(formatGap(givenGap))).toEqual(givenGap);
      }),
    );
  });

  it('takes each missing part from the defaults', () => {
    const defaults = { caps: [parseCap('80/1h')], gap: parseGap('5s-15s') };
    expect(effectivePacing(defaults, parsePacing(null))).toEqual(defaults);
    expect(effectivePacing(defaults, { caps: [parseCap('12/10s')] })).toEqual({
      caps: [parseCap('12/10s')],
      gap: defaults.gap,
    });
  });

  // A device whose own caps are unreadable must stop, not fall back to caps that may be higher.
  it.each([
    [{ caps: [] }],
    [{ caps: [{ max: 0, window_ms: 3_600_000 }] }],
    [{ caps: [{ max: 1, window_ms: 999 }] }],
    [{ caps: [{ max: 1, window_ms: 30 * 86_400_000 + 1 }] }],
    [{ caps: Array.from({ length: 11 }, () => ({ max: 1, window_ms: 1_000 })) }],
    [{ gap: { min_ms: 2, max_ms: 1 } }],
    [{ cap: [{ max: 1, window_ms: 1_000 }] }],
    ['80/1h'],
  ])('refuses %j', (stored) => {
    expect(() => parsePacing(stored)).toThrow(PacingError);
  });

  it.each(['', '80', '80/h', '0/1h', '80/1', '80/999ms', '80/31d', '-1/1h', '80/1h/1d'])(
    'refuses the cap "%s"',
    (text) => {
      expect(() => parseCap(text)).toThrow(PacingError);
    },
  );

  it.each(['', '5', '15s-5s', '5s-15s-20s', '5s-', '1s-2d'])('refuses the gap "%s"', (text) => {
    expect(() => parseGap(text)).toThrow(PacingError);
  });

  it('takes a single time as a fixed gap', () => {
    expect(parseGap('250ms')).toEqual({ min: 250, max: 250 });
  });
});
