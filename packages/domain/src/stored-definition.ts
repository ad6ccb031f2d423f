import { z } from 'zod';
import { stepKey } from './ids.ts';
import { mediaKinds, type SequenceDefinition, type StepMedia } from './sequence-definition.ts';
import { durationMs } from './time.ts';

/** A stored definition that this release cannot read. Its message names the fields, never a text. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
  readonly code = 'bad_definition';
}

const duration = z.number().int().nonnegative().transform(durationMs);

const step = z.strictObject({
  key: z.string().transform(stepKey),
  delay: duration,
  text: z.string(),
  media: z
    .strictObject({
      kind: z.enum(mediaKinds),
      url: z.string(),
      fileName: z.string().optional(),
    })
    .optional(),
});

// Strict: a field of a newer release (a send window, say) must stop a sequence here, not be ignored.
const storedDefinition = z.strictObject({
  onUncertain: z.enum(['resend', 'hold']),
  onFailedStep: z.enum(['skip', 'exit']),
  // Editions from before replies were read were promised nothing else.
  onReply: z.enum(['exit', 'continue']).default('continue'),
  reenroll: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('never') }),
    z.strictObject({ kind: z.literal('after_exit') }),
    z.strictObject({ kind: z.literal('after'), duration }),
  ]),
  steps: z.array(step).min(1),
});

/** Reads `sequence_versions.definition`. Throws `DefinitionError`. A version never changes, so keep the answer. */
export function parseDefinition(stored: unknown): SequenceDefinition {
  const result = storedDefinition.safeParse(stored);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, code }) => `${path.join('.') || '.'}: ${code}`);
  throw new DefinitionError(`unreadable sequence definition (${problems.join(', ')})`);
}

/** The JSON text for `sequence_versions.definition`. Equal definitions give equal texts. */
export function serializeDefinition(definition: SequenceDefinition): string {
  const { onUncertain, onFailedStep, onReply, reenroll, steps } = definition;
  return JSON.stringify({
    onUncertain,
    onFailedStep,
    onReply,
    reenroll:
      reenroll.kind === 'after'
        ? { kind: reenroll.kind, duration: reenroll.duration }
        : { kind: reenroll.kind },
    steps: steps.map(({ key, delay, text, media }) => ({
      key,
      delay,
      text,
      media: media && orderedMedia(media),
    })),
  });
}

/** What is undefined is left out of the text. */
function orderedMedia({ kind, url, fileName }: StepMedia): StepMedia {
  return { kind, url, fileName };
}
