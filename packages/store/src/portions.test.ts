import { deviceId } from '@dripfleet/domain';
import { expect, test } from 'vitest';
import { portionsOf } from './portions.ts';

test('all: every shard once, with all its devices', () => {
  const portions = portionsOf('all');
  expect(portions.flatMap(({ shards }) => shards)).toEqual(
    Array.from({ length: 64 }, (_, shard) => shard),
  );
  expect(portions.every(({ devices }) => devices === undefined)).toBe(true);
});

test('named devices: each once, beside its shard, and no shard in two portions', () => {
  // Guards: a portion that finds a shard taken by another of the same pass, and drops its devices.
  const devices = Array.from({ length: 200 }, (_, index) => deviceId(1 + index * 3));
  const portions = portionsOf(devices);
  const shards = portions.flatMap((portion) => portion.shards);
  expect(new Set(shards).size).toBe(shards.length);
  expect(portions.flatMap((portion) => portion.devices ?? []).toSorted((a, b) => a - b)).toEqual(
    devices,
  );
  for (const { shards: own, devices: named = [] } of portions) {
    expect(named.length).toBeGreaterThan(0);
    expect(named.every((device) => own.includes(device % 64))).toBe(true);
  }
});

test('nobody named: nothing to look at', () => {
  expect(portionsOf([])).toEqual([]);
});
