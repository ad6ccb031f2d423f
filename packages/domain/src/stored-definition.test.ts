import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepKey } from './ids.ts';
import type { SequenceDefinition, StepMedia } from './sequence-definition.ts';
import { DefinitionError, parseDefinition, serializeDefinition } from './stored-definition.ts';
import { durationMs } from './time.ts';

const medias: fc.Arbitrary<StepMedia> = fc.record(
  {
    kind: fc.constantFrom('image', 'video', 'document', 'audio'),
    url: fc.webUrl(),
    fileName: fc.string({ unit: 'grapheme' }),
  },
  { requiredKeys: ['kind', 'url'] },
);
const definitions: fc.Arbitrary<SequenceDefinition> = fc.record({
  onUncertain: fc.constantFrom('resend', 'hold'),
  onFailedStep: fc.constantFrom('skip', 'exit'),
  onReply: fc.constantFrom('exit', 'continue'),
  reenroll: fc.oneof(
    fc.constant({ kind: 'never' } as const),
    fc.constant({ kind: 'after_exit' } as const),
    fc.record({ kind: fc.constant('after' as const), duration: fc.nat().map(durationMs) }),
  ),
  steps: fc.array(
    fc.record({
      key: fc.stringMatching(/^[a-z0-9_-]{1,40}$/).map(stepKey),
      delay: fc.nat().map(durationMs),
      text: fc.string({ unit: 'binary' }),
      media: fc.option(medias, { nil: undefined }),
    }),
    { minLength: 1, maxLength: 5 },
  ),
});

describe('a stored definition', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        expect(parseDefinition(JSON.parse(serializeDefinition(definition)))).toEqual(definition);
      }),
    );
  });

  // After a downgrade, a field that an older release does not know may be the send window.
  it('is refused, not half-read, when a newer release wrote it', () => {
    const stored = {
      onUncertain: 'resend',
      onFailedStep: 'skip',
      reenroll: { kind: 'never' },
      steps: [{ key: 'a', delay: 0, text: 'x' }],
    };
    expect(parseDefinition(stored).steps).toHaveLength(1);
    expect(() => parseDefinition({ ...stored, sendWindow: {} })).toThrow(DefinitionError);
    expect(() => parseDefinition({ ...stored, steps: [] })).toThrow(DefinitionError);
    expect(() => parseDefinition(null)).toThrow(DefinitionError);
  });

  // Their contacts were enrolled when a reply ended nothing, and a release may not change that behind their back.
  it('from before replies were read goes on after a reply', () => {
    const stored = {
      onUncertain: 'resend',
      onFailedStep: 'skip',
      reenroll: { kind: 'never' },
      steps: [{ key: 'a', delay: 0, text: 'x' }],
    };
    expect(parseDefinition(stored).onReply).toBe('continue');
  });
});
