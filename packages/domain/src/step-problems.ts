import { optOutKey } from './ids.ts';
import { lintTemplate, type TemplateProblem } from './lint-template.ts';
import { fieldFixes } from './sequence-schema.ts';
import { sequenceProblem, type SequenceProblem } from './sequence-problem.ts';

type RawStep = Readonly<{ key?: unknown; text?: unknown; media?: unknown }>;

/**
 * What is wrong with the steps of a parsed file beyond the form of their fields. Works on the raw values, so that a key
 * used twice is reported beside whatever else is wrong.
 */
export function stepProblems(parsed: unknown): readonly SequenceProblem[] {
  const steps = stepsOf(parsed);
  return [
    ...keyProblems(steps),
    ...steps.flatMap((step, index) => (step ? textProblems(step, ['steps', index, 'text']) : [])),
  ];
}

/** Undefined: an element that is no mapping of fields. */
function stepsOf(parsed: unknown): readonly (RawStep | undefined)[] {
  if (typeof parsed !== 'object' || parsed === null || !('steps' in parsed)) return [];
  if (!Array.isArray(parsed.steps)) return [];
  return parsed.steps.map((step: unknown) =>
    typeof step === 'object' && step !== null && !Array.isArray(step) ? step : undefined,
  );
}

function keyProblems(steps: readonly (RawStep | undefined)[]): readonly SequenceProblem[] {
  const seen = new Set<unknown>();
  const fix = 'give each step a key of its own';
  return steps.flatMap((step, index) => {
    const key = step?.key;
    const path = ['steps', index, 'key'];
    if (key === optOutKey) {
      const message = `the key "${optOutKey}" is kept for the confirmation of an opt-out`;
      return [sequenceProblem(path, message, 'give the step another key')];
    }
    const repeated = key !== undefined && seen.has(key);
    seen.add(key);
    return repeated ? [sequenceProblem(path, 'an earlier step has this key', fix)] : [];
  });
}

function textProblems(
  { text, media }: RawStep,
  path: SequenceProblem['path'],
): readonly SequenceProblem[] {
  if (isAudio(media)) {
    if (text === undefined) return [];
    const message = 'WhatsApp shows no text under an audio';
    return [sequenceProblem(path, message, 'remove it, or write it into a step of its own')];
  }
  if (text === undefined) {
    return [sequenceProblem(path, '"text" is missing', fieldFixes['text'] ?? '')];
  }
  if (typeof text !== 'string' || text === '') return [];
  return lintTemplate(text).problems.map((found) => atText(path, found));
}

function isAudio(media: unknown): boolean {
  return typeof media === 'object' && media !== null && 'type' in media && media.type === 'audio';
}

function atText(
  path: SequenceProblem['path'],
  { severity, message, fix, line, column }: TemplateProblem,
): SequenceProblem {
  return { severity, path, message, fix, inText: { line, column } };
}
