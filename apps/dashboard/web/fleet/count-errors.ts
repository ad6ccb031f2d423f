import type { FleetDevice } from '../../src/wire.ts';

/** Messages of a device that failed or stayed uncertain in the last hour, of all classes. */
export function countErrors({ errors }: FleetDevice): number {
  let sum = 0;
  for (const key in errors) sum += errors[key] ?? 0;
  return sum;
}
