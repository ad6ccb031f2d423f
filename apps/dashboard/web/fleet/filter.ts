import type { Condition, FleetDevice } from '../../src/wire.ts';
import { countErrors } from './count-errors.ts';

/** Which devices are meant. */
export type Filter = Readonly<{
  text: string;
  /** None: every condition. */
  conditions: ReadonlySet<Condition>;
  errorsOnly: boolean;
}>;

export const noFilter: Filter = { text: '', conditions: new Set(), errorsOnly: false };

/** Whether it may leave a device out. */
export function isFiltering({ text, conditions, errorsOnly }: Filter): boolean {
  return text.trim() !== '' || conditions.size > 0 || errorsOnly;
}

/**
 * The test for a filter, made once for many devices. Each word of the text must be found in the device's name, in its
 * host or in one of its labels as `key=value`; capitals don't matter.
 */
export function deviceFilter({
  text,
  conditions,
  errorsOnly,
}: Filter): (device: FleetDevice) => boolean {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return (device) =>
    (conditions.size === 0 || conditions.has(device.condition)) &&
    (!errorsOnly || countErrors(device) > 0) &&
    words.every((word) => mentions(device, word));
}

function mentions({ name, host, labels }: FleetDevice, word: string): boolean {
  if (name.toLowerCase().includes(word) || host?.toLowerCase().includes(word)) return true;
  for (const key in labels)
    if (`${key}=${labels[key] ?? ''}`.toLowerCase().includes(word)) return true;
  return false;
}

/** The filter with a condition put in, or taken out if it was there. */
export function toggleCondition(filter: Filter, condition: Condition): Filter {
  const conditions = new Set(filter.conditions);
  if (!conditions.delete(condition)) conditions.add(condition);
  return { ...filter, conditions };
}
