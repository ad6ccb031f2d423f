import { z } from 'zod';
import { isPhoneNumber } from './phone-number.ts';

const example = 'write the number as "+E164", for example "+15550000001"';

/** A phone number in a body. */
export const phoneField = z.string({ error: example }).refine(isPhoneNumber, example);

/** A text in a body that must be there; `error` says what to give. */
export function textField(error: string) {
  return z.string({ error }).min(1, error);
}

export type ParsedFields<T> =
  | { readonly kind: 'fields'; readonly fields: T }
  | { readonly kind: 'invalid'; readonly problems: readonly { field: string; fix: string }[] };

/** Reads a body that is one object. Each problem names its field and a fix. */
export function parseFields<T>(schema: z.ZodType<T>, body: unknown): ParsedFields<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return { kind: 'fields', fields: parsed.data };
  const problems = parsed.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? { field: issue.keys.join(', '), fix: 'take it away: there is no such field' }
      : { field: issue.path.join('.'), fix: issue.message },
  );
  return { kind: 'invalid', problems };
}
