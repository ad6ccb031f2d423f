import type { Condition, FleetDevice } from '../../src/wire.ts';
import { countErrors } from './count-errors.ts';

export const sortKeys = [
  'name',
  'condition',
  'host',
  'queued',
  'sending',
  'due',
  'sentLastHour',
  'errors',
] as const;

export type SortKey = (typeof sortKeys)[number];

export type Sort = Readonly<{ key: SortKey; descending: boolean }>;

/** What needs somebody comes first. */
export const troubleFirst: Sort = { key: 'condition', descending: false };

const severity: Readonly<Record<Condition, number>> = {
  stopped: 0,
  restricted: 1,
  connecting: 2,
  waiting: 3,
  draining: 4,
  paused: 5,
  drained: 6,
  open: 7,
  quiet: 8,
};

/** Texts begin with A and conditions with the worst; numbers begin with the most. A second time turns it round. */
export function nextSort(sort: Sort, key: SortKey): Sort {
  if (sort.key === key) return { key, descending: !sort.descending };
  return { key, descending: key !== 'name' && key !== 'condition' && key !== 'host' };
}

/**
 * Sorts devices that are given in the order of their names: equals stay in it, whichever the direction.
 *
 * Keys are taken once each, so that a sort of thousands costs a few ms.
 */
export function sortDevices(
  devices: readonly FleetDevice[],
  { key, descending }: Sort,
): readonly FleetDevice[] {
  if (key === 'name') return descending ? devices.toReversed() : devices;
  const keyed = devices.map((device) => ({ device, value: sortValue(device, key) }));
  keyed.sort((a, b) => (descending ? compare(b.value, a.value) : compare(a.value, b.value)));
  return keyed.map(({ device }) => device);
}

function sortValue(device: FleetDevice, key: Exclude<SortKey, 'name'>): number | string {
  if (key === 'condition') return severity[device.condition];
  if (key === 'errors') return countErrors(device);
  // Those without a host come after all others.
  if (key === 'host') return device.host ?? '\uFFFF';
  return device[key];
}

function compare(a: number | string, b: number | string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Names with numbers in them in the order of the numbers: `d9` before `d10`. */
export function sortByName(devices: Iterable<FleetDevice>): readonly FleetDevice[] {
  return Array.from(devices, (device) => ({ device, key: naturalKey(device.name) }))
    .toSorted((a, b) => compare(a.key, b.key))
    .map(({ device }) => device);
}

/** Padded numbers, so that thousands are sorted by plain comparison: `Intl.Collator` with `numeric` costs more. */
const naturalKey = (name: string): string =>
  name.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, '0'));
