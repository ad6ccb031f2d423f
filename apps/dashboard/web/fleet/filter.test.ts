import { describe, expect, it } from 'vitest';
import { aDevice } from './a-device.ts';
import { deviceFilter, type Filter, isFiltering, noFilter, toggleCondition } from './filter.ts';

const devices = [
  aDevice(1, { name: 'ana', labels: { team: 'br', tier: 'gold' }, host: 'worker-7' }),
  aDevice(2, { name: 'Ben', labels: { team: 'mx' }, condition: 'stopped' }),
  aDevice(3, { name: 'team-phone', condition: 'paused', errors: { timeout: 2 } }),
];
const found = (filter: Partial<Filter>) =>
  devices.filter(deviceFilter({ ...noFilter, ...filter })).map(({ name }) => name);

describe('deviceFilter', () => {
  it.each([
    ['', ['ana', 'Ben', 'team-phone']],
    ['   ', ['ana', 'Ben', 'team-phone']],
    ['AN', ['ana']],
    ['ben', ['Ben']],
    ['team=', ['ana', 'Ben']],
    ['team=br', ['ana']],
    ['team=br gold', ['ana']],
    ['team=br mx', []],
    ['worker-7', ['ana']],
    ['team', ['ana', 'Ben', 'team-phone']],
  ])('finds every word of "%s" in name, host or label', (text, names) => {
    expect(found({ text })).toEqual(names);
  });

  it('shows the devices of any pressed condition', () => {
    expect(found({ conditions: new Set(['stopped', 'paused']) })).toEqual(['Ben', 'team-phone']);
  });

  it('asks for all of text, condition and errors', () => {
    expect(found({ errorsOnly: true })).toEqual(['team-phone']);
    expect(found({ errorsOnly: true, text: 'ana' })).toEqual([]);
    expect(found({ conditions: new Set(['stopped']), text: 'team=br' })).toEqual([]);
  });
});

it('knows whether it leaves anything out', () => {
  expect(isFiltering(noFilter)).toBe(false);
  expect(isFiltering({ ...noFilter, text: ' ' })).toBe(false);
  expect(isFiltering({ ...noFilter, errorsOnly: true })).toBe(true);
  expect(isFiltering(toggleCondition(noFilter, 'open'))).toBe(true);
  expect(isFiltering(toggleCondition(toggleCondition(noFilter, 'open'), 'open'))).toBe(false);
});
