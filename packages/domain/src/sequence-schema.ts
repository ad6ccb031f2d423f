import { z } from 'zod';
import { stepKey } from './ids.ts';
import { media, mediaFixes } from './media-schema.ts';
import type { Reenroll } from './sequence-definition.ts';
import { templateLength } from './template-engine.ts';
import { durationMs, parseDuration } from './time.ts';

const longestDelay = durationMs(400 * 86_400_000);
const durationRule = 'a whole number with its unit, such as 0s, 10m, 2h or 1d, up to 400d';

/** The fields of a sequence file, by where they stand. */
export const sequenceFields = [
  'name',
  'on_uncertain',
  'on_failed_step',
  'on_reply',
  'reenroll',
  'steps',
];
export const stepFields = ['key', 'delay', 'text', 'media'];
/** Named in the contract and not built: refused by name, because to ignore a send window is to send at night. */
export const futureFields = ['time_zone', 'send_window'];

/** What to write instead, by the name of the field. */
export const fieldFixes: Readonly<Record<string, string>> = {
  name: 'write a name of a-z, 0-9, - and _, at most 63 characters, starting with a letter or digit',
  on_uncertain: 'write resend or hold',
  on_failed_step: 'write skip or exit',
  on_reply: 'write exit or continue',
  reenroll: `write never, after_exit, or "after" and ${durationRule}`,
  steps: 'write a list of 1 to 200 steps, each with key, delay and text',
  key: 'write a key of a-z, 0-9, - and _, at most 40 characters, in quotes if it is a number',
  delay: `write ${durationRule}`,
  text: `write a text of 1 to ${templateLength} characters`,
  ...mediaFixes,
};

const step = z.strictObject({
  key: z
    .string()
    .regex(/^[a-z0-9_-]{1,40}$/)
    .transform(stepKey),
  delay: z.string().transform((text, context) => {
    const delay = parseDuration(text);
    if (delay !== undefined && delay <= longestDelay) return delay;
    const message = isCalendarDelay(text)
      ? `the delay "${text}" is not supported yet`
      : delay === undefined
        ? 'this is not a length of time'
        : 'the delay is longer than 400d';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }),
  // That only an audio goes without a text is found beside the other problems: see step-problems.ts.
  text: z.string().min(1).max(templateLength).default(''),
  media: media.optional(),
});

/** A sequence file as YAML gives it, turned into a name and a definition. Unknown fields are refused. */
export const sequenceFile = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/),
  on_uncertain: z.enum(['resend', 'hold']).default('resend'),
  on_failed_step: z.enum(['skip', 'exit']).default('skip'),
  on_reply: z.enum(['exit', 'continue']).default('exit'),
  reenroll: z
    .string()
    .transform((text, context): Reenroll => {
      const reenroll = parseReenroll(text);
      if (reenroll) return reenroll;
      context.addIssue({ code: 'custom', message: 'this is not a rule for enrolling again' });
      return z.NEVER;
    })
    .default({ kind: 'never' }),
  steps: z.array(step).min(1).max(200),
});

/** `next day at 09:00`, `mon at 10:30`: forms of the contract that wait for time zones. */
function isCalendarDelay(text: string): boolean {
  return /^\s*(next\s+day|mon|tue|wed|thu|fri|sat|sun)[a-z]*(\s+at\s+[\d:]*)?\s*$/i.test(text);
}

function parseReenroll(text: string): Reenroll | undefined {
  if (text === 'never' || text === 'after_exit') return { kind: text };
  const [, duration] = /^after\s+(\S+)$/.exec(text) ?? [];
  const after = duration === undefined ? undefined : parseDuration(duration);
  return after === undefined || after > longestDelay
    ? undefined
    : { kind: 'after', duration: after };
}
