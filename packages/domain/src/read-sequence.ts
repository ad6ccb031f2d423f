import type { z } from 'zod';
import { assertNever } from './assert-never.ts';
import { closestNames } from './closest-names.ts';
import { lintTemplate, type TemplateProblem } from './lint-template.ts';
import type { SequenceDefinition } from './sequence-definition.ts';
import {
  fieldFixes,
  futureFields,
  sequenceFields,
  sequenceFile,
  stepFields,
} from './sequence-schema.ts';

/** Something wrong in a sequence file, by its path in the document: `['steps', 0, 'delay']`. */
export type SequenceProblem = Readonly<{
  severity: 'error' | 'warning';
  path: readonly (string | number)[];
  message: string;
  fix: string;
  /** Where in the text at `path`; undefined when the problem is the field itself. */
  inText: Readonly<{ line: number; column: number }> | undefined;
}>;

export type SequenceReading =
  | Readonly<{
      kind: 'read';
      name: string;
      definition: SequenceDefinition;
      warnings: readonly SequenceProblem[];
    }>
  | Readonly<{ kind: 'refused'; problems: readonly SequenceProblem[] }>;

/** Reads a parsed sequence file. All problems at once; none means it can be published. */
export function readSequence(parsed: unknown): SequenceReading {
  const result = sequenceFile.safeParse(parsed, { reportInput: true });
  const structure = result.success ? [] : result.error.issues.flatMap((issue) => toProblems(issue));
  const problems = [...structure, ...repeatedKeys(parsed), ...textProblems(parsed)];
  if (!result.success || problems.some(({ severity }) => severity === 'error')) {
    return { kind: 'refused', problems };
  }
  const { name, on_uncertain: onUncertain, on_failed_step: onFailedStep, ...rest } = result.data;
  const definition = { onUncertain, onFailedStep, reenroll: rest.reenroll, steps: rest.steps };
  return { kind: 'read', name, definition, warnings: problems };
}

function toProblems(issue: z.core.$ZodIssue): readonly SequenceProblem[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownField([...path, key], key));
  }
  const field = path.findLast((part) => typeof part === 'string');
  const fix =
    typeof path.at(-1) === 'number' || field === undefined ? undefined : fieldFixes[field];
  return [problem(path, describe(issue, field), fix ?? fixFor(path))];
}

/** Of a path that is not a field: the whole document, or one element of the steps. */
function fixFor(path: SequenceProblem['path']): string {
  return path.length === 0
    ? `write the fields ${sequenceFields.join(', ')}`
    : `write the fields ${stepFields.join(', ')}`;
}

function describe(issue: z.core.$ZodIssue, field = 'the file'): string {
  switch (issue.code) {
    case 'custom':
      return issue.message;
    case 'invalid_type':
      return issue.input === undefined
        ? `"${field}" is missing`
        : `"${field}" must be ${kindOf(issue.expected)}`;
    case 'too_small':
      return `"${field}" is empty`;
    case 'too_big':
      return `"${field}" is too long`;
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_union':
    case 'invalid_value':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return `"${field}" has a value that it cannot have`;
    default:
      return assertNever(issue);
  }
}

function kindOf(expected: string): string {
  if (expected === 'array') return 'a list';
  return expected === 'object' ? 'a mapping of fields' : 'text';
}

function unknownField(path: SequenceProblem['path'], key: string): SequenceProblem {
  if (path.length === 1 && futureFields.includes(key)) {
    return problem(path, `"${key}" is not supported yet`, 'remove it');
  }
  const known = path.length === 1 ? sequenceFields : stepFields;
  const [near] = closestNames(key, known);
  const fix = near ? `did you mean "${near}"?` : `remove it; the fields are ${known.join(', ')}`;
  return problem(path, `"${key}" is not a field`, fix);
}

/** Works on the raw value, so that a key used twice is reported beside whatever else is wrong. */
function repeatedKeys(parsed: unknown): readonly SequenceProblem[] {
  const seen = new Set<unknown>();
  return stepsOf(parsed).flatMap(({ key }, index) => {
    const repeated = key !== undefined && seen.has(key);
    seen.add(key);
    const fix = 'give each step a key of its own';
    return repeated ? [problem(['steps', index, 'key'], 'an earlier step has this key', fix)] : [];
  });
}

function textProblems(parsed: unknown): readonly SequenceProblem[] {
  return stepsOf(parsed).flatMap(({ text }, index) =>
    typeof text === 'string' && text !== ''
      ? lintTemplate(text).problems.map((found) => atText(['steps', index, 'text'], found))
      : [],
  );
}

function atText(
  path: SequenceProblem['path'],
  { severity, message, fix, line, column }: TemplateProblem,
): SequenceProblem {
  return { severity, path, message, fix, inText: { line, column } };
}

function stepsOf(parsed: unknown): readonly { key?: unknown; text?: unknown }[] {
  if (typeof parsed !== 'object' || parsed === null || !('steps' in parsed)) return [];
  if (!Array.isArray(parsed.steps)) return [];
  return parsed.steps.map((step: unknown) =>
    typeof step === 'object' && step !== null ? step : {},
  );
}

function problem(path: SequenceProblem['path'], message: string, fix: string): SequenceProblem {
  return { severity: 'error', path, message, fix, inText: undefined };
}
