import { expect, it } from 'vitest';
import { chooseSelector } from './device-selector.ts';

it.each([
  [['a', 'b', 'a'], {}, { kind: 'names', names: ['a', 'b'] }],
  [[], { all: true }, { kind: 'all' }],
  [[], { label: ['team=br'] }, { kind: 'labels', labels: { team: 'br' } }],
  [[], { state: 'paused' }, { kind: 'states', state: 'paused', labels: {} }],
  [
    [],
    { label: ['team=br'], session: 'open' },
    { kind: 'states', session: 'open', labels: { team: 'br' } },
  ],
  [[], {}, undefined],
] as const)('of %j and %j makes %j', (names, given, selector) => {
  expect(chooseSelector(names, given)).toEqual(selector);
});

// One would narrow the other, and somebody waits for the devices that were left out.
it.each([
  [['a'], { all: true }],
  [['a'], { label: ['team=br'] }],
  [['a'], { state: 'running' }],
  [['a'], { session: 'open' }],
  [[], { all: true, state: 'running' }],
  [[], { all: true, label: ['team=br'] }],
] as const)('refuses %j with %j', (names, given) => {
  expect(() => chooseSelector(names, given)).toThrow('not several of them');
});
