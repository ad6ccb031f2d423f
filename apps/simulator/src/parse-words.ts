import { z } from 'zod';
import { isPhoneNumber } from './phone-number.ts';

const example = 'write the number as "+E164", for example "+15550000001"';
const phone = z.string({ error: example }).refine(isPhoneNumber, example);
const wordsSchema = z.strictObject({
  from: phone,
  device: phone,
  text: z
    .string({ error: 'give the text the contact writes' })
    .min(1, 'give the text the contact writes'),
});

export type ParsedWords =
  | { readonly kind: 'words'; readonly words: z.infer<typeof wordsSchema> }
  | { readonly kind: 'invalid'; readonly problems: readonly { field: string; fix: string }[] };

/** Reads the body of `POST /say`: `{"from":"+E164","device":"+E164","text"}`. */
export function parseWords(body: unknown): ParsedWords {
  const parsed = wordsSchema.safeParse(body);
  if (parsed.success) return { kind: 'words', words: parsed.data };
  const problems = parsed.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? { field: issue.keys.join(', '), fix: 'take it away: say has from, device, text' }
      : { field: issue.path.join('.'), fix: issue.message },
  );
  return { kind: 'invalid', problems };
}
