import type { DeviceRow } from './rows.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A jsonb that is an object, or throws. */
export function objectOf(value: unknown): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as JsonObject;
  }
  throw new TypeError('a jsonb is no object');
}

/** `labels @> wanted`, for labels, which are texts. */
export function hasLabels({ labels }: DeviceRow, wanted: unknown): boolean {
  return Object.entries(objectOf(wanted)).every(([key, value]) => labels[key] === value);
}

/** Whether two jsonb are equal. */
export function sameJson(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(json: unknown): string {
  return JSON.stringify(json, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([x], [y]) => (x < y ? -1 : 1)))
      : value,
  );
}
