import { expect, it } from 'vitest';
import { describeResult } from './control-texts.ts';

it('says of one device what became of it', () => {
  const of = (outcome: 'changed' | 'already' | 'kept', state: string, rest = {}) =>
    describeResult('pause', { devices: [{ name: 'ana', outcome, state, ...rest }] });
  expect(of('changed', 'paused', { inFlight: 1, waiting: 37 })).toBe(
    'ana is paused: 1 in flight, 37 waiting.',
  );
  expect(of('already', 'paused')).toBe('ana was paused already.');
  expect(of('kept', 'drained')).toBe('ana is drained, which is stronger; it was left so.');
});

it('adds many up, and names those that were left', () => {
  const text = describeResult('pause', {
    devices: [
      { name: 'a', outcome: 'changed', state: 'paused', inFlight: 2 },
      { name: 'b', outcome: 'changed', state: 'paused', inFlight: 1 },
      { name: 'c', outcome: 'already', state: 'paused' },
      { name: 'd', outcome: 'kept', state: 'drained' },
    ],
    unannounced: true,
  });
  expect(text).toBe(
    'Paused 2 devices, 3 in flight. Nothing to change for 1. Left as they were, which is stronger: d. ' +
      'The workers could not be told; they see it within seconds.',
  );
});
