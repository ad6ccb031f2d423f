import { z } from 'zod';
import { isPhoneNumber } from './phone-number.ts';
import { type Deed, deeds, type Occasion, occasions, type Rule } from './rule.ts';

/** What cannot be told apart, or means nothing, on an occasion without a recipient is refused rather than ignored. */
const deedsOn: Record<Occasion, readonly Deed[]> = {
  message: deeds,
  query: ['drop_before', 'delay', 'nack', 'close', 'hang'],
  login: ['delay', 'nack', 'close', 'hang'],
  upgrade: ['drop_before', 'delay', 'nack', 'close', 'hang'],
};

/** A day; a longer wait is a mistake in the unit. */
const LONGEST_MS = 86_400_000;

const phone = z
  .string({ error: 'write the number as "+E164", for example "+15550000001"' })
  .refine(isPhoneNumber, 'write the number as "+E164", for example "+15550000001"');
const upTo = (max: number, error: string) => z.int({ error }).min(1, error).max(max, error);

const ruleSchema: z.ZodType<Rule> = z
  .strictObject({
    on: z.enum(occasions, { error: `use one of ${occasions.join(', ')}` }),
    do: z.enum(deeds, { error: `use one of ${deeds.join(', ')}` }),
    device: phone.optional(),
    to: phone.optional(),
    id: z.string({ error: 'give the message id as text' }).min(1).optional(),
    xmlns: z
      .string({ error: 'give the kind of query as text, for example "usync"' })
      .min(1)
      .optional(),
    code: upTo(4999, 'give a whole number from 1 to 4999').optional(),
    ms: upTo(LONGEST_MS, `give whole milliseconds from 1 to ${LONGEST_MS}`).optional(),
    times: upTo(1_000_000, 'give a whole number from 1 to 1000000').default(1),
  })
  .superRefine((rule, context) => {
    for (const { field, fix } of contradictions(rule)) {
      context.addIssue({ code: 'custom', path: [field], message: fix });
    }
  });

interface FieldFix {
  readonly field: string;
  readonly fix: string;
}

export type ParsedRules =
  | { readonly kind: 'rules'; readonly rules: readonly Rule[] }
  | { readonly kind: 'invalid'; readonly problems: readonly FieldFix[] };

/** Reads the body of `POST /rules`: one rule or an array. Each problem names its field (`[1].do`) and a fix. */
export function parseRules(body: unknown): ParsedRules {
  const many = Array.isArray(body);
  const parsed = z.array(ruleSchema).safeParse(many ? body : [body]);
  if (parsed.success) return { kind: 'rules', rules: parsed.data };
  const problems = parsed.error.issues.flatMap((issue) => {
    const [index, ...rest] = issue.path;
    const place = [...(many ? [`[${String(index)}]`] : []), ...rest.map(String)];
    if (issue.code !== 'unrecognized_keys') return [{ field: place.join('.'), fix: issue.message }];
    return issue.keys.map((key) => ({
      field: [...place, key].join('.'),
      fix: 'take it away: a rule has on, do, device, to, id, xmlns, code, ms, times',
    }));
  });
  return { kind: 'invalid', problems };
}

function contradictions(rule: Rule): FieldFix[] {
  const found: FieldFix[] = [];
  const allowed = deedsOn[rule.on];
  if (!allowed.includes(rule.do)) {
    found.push({ field: 'do', fix: `on ${rule.on} use one of ${allowed.join(', ')}` });
  }
  if (rule.do === 'delay' && rule.ms === undefined) {
    found.push({ field: 'ms', fix: 'say how long the delay lasts, in milliseconds' });
  }
  if (rule.xmlns !== undefined && rule.on !== 'query') {
    found.push({ field: 'xmlns', fix: `take it away: only a query has one, not a ${rule.on}` });
  }
  if (rule.on === 'message') return found;
  for (const field of ['to', 'id'] as const) {
    if (rule[field] === undefined) continue;
    found.push({ field, fix: `take it away: only a message has one, not a ${rule.on}` });
  }
  return found;
}
