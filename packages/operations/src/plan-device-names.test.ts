import { describe, expect, it } from 'vitest';
import { DeviceError } from './device-error.ts';
import { parseLabels } from './device-labels.ts';
import { planDeviceNames } from './plan-device-names.ts';

describe('the names of new devices', () => {
  it('count from 1 with digits enough to sort, and their numbers count up', () => {
    const few = planDeviceNames({ kind: 'series', prefix: 'demo-', count: 2 }, '+15550000009');
    expect(few).toEqual([
      { name: 'demo-001', phone: '+15550000009' },
      { name: 'demo-002', phone: '+15550000010' },
    ]);
    const many = planDeviceNames({ kind: 'series', prefix: 'd', count: 3_000 }, undefined);
    expect(many.at(-1)).toEqual({ name: 'd3000', phone: undefined });
    expect(many.at(0)?.name).toBe('d0001');
  });

  it('stay exact at the longest number there is', () => {
    const [, second] = planDeviceNames({ kind: 'names', names: ['a', 'b'] }, '+999999999999998');
    expect(second?.phone).toBe('+999999999999999');
    expect(() => planDeviceNames({ kind: 'names', names: ['a', 'b'] }, '+999999999999999')).toThrow(
      'is no number',
    );
  });

  it.each([
    [[], undefined],
    [['a', 'a'], undefined],
    [['-a'], undefined],
    [['a b'], undefined],
    [['a'.repeat(64)], undefined],
    [['a'], '15550000001'],
    [['a'], '+0555'],
  ])('refuse %j with the number %s', (names, phone) => {
    expect(() => planDeviceNames({ kind: 'names', names }, phone)).toThrow(DeviceError);
  });

  it.each([0, 1.5, 10_001])('refuse a series of %d', (count) => {
    expect(() => planDeviceNames({ kind: 'series', prefix: 'a', count }, undefined)).toThrow(
      'whole number',
    );
  });
});

describe('labels', () => {
  it('are keys with values, which may be empty', () => {
    expect(parseLabels(['team=br', 'keep-online='])).toEqual({ team: 'br', 'keep-online': '' });
  });

  it.each(['team', '=br', 'te am=br', 'team=b r'])('refuse "%s"', (text) => {
    expect(() => parseLabels([text])).toThrow('key=value');
  });
});
