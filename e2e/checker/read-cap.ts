import { JsonObject } from './json-object.ts';
import type { Cap } from './plan.ts';

/** Reads `{"max","window_ms"}`; undefined when it is no object. Throws `InputError` for a field that is none. */
export function readCap(value: unknown, place: string): Cap | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new JsonObject(value, place);
  return { max: fields.count('max', 1), windowMs: fields.count('window_ms', 1) };
}
