import type { z } from 'zod';
import { assertNever } from './assert-never.ts';
import { closestNames } from './closest-names.ts';
import { mediaFields } from './media-schema.ts';
import type { SequenceDefinition } from './sequence-definition.ts';
import { sequenceProblem, type SequenceProblem } from './sequence-problem.ts';
import {
  fieldFixes,
  futureFields,
  sequenceFields,
  sequenceFile,
  stepFields,
} from './sequence-schema.ts';
import { stepProblems } from './step-problems.ts';

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
  const problems = [...structure, ...stepProblems(parsed)];
  if (!result.success || problems.some(({ severity }) => severity === 'error')) {
    return { kind: 'refused', problems };
  }
  const { name, on_uncertain, on_failed_step, on_reply, reenroll, steps } = result.data;
  const definition = {
    onUncertain: on_uncertain,
    onFailedStep: on_failed_step,
    onReply: on_reply,
    reenroll,
    steps,
  };
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
  return [sequenceProblem(path, describe(issue, field), fix ?? fixFor(path))];
}

/** Of a path that is not a field: the whole document, or one element of the steps. */
function fixFor(path: SequenceProblem['path']): string {
  return `write the fields ${fieldsOf(path).join(', ')}`;
}

/** The fields of the mapping at `path`. */
function fieldsOf(path: SequenceProblem['path']): readonly string[] {
  if (path.length === 0) return sequenceFields;
  return path.includes('media') ? mediaFields : stepFields;
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
    return sequenceProblem(path, `"${key}" is not supported yet`, 'remove it');
  }
  const known = fieldsOf(path.slice(0, -1));
  const [near] = closestNames(key, known);
  const fix = near ? `did you mean "${near}"?` : `remove it; the fields are ${known.join(', ')}`;
  return sequenceProblem(path, `"${key}" is not a field`, fix);
}
