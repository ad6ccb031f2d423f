/** Something wrong in a sequence file, by its path in the document: `['steps', 0, 'delay']`. */
export type SequenceProblem = Readonly<{
  severity: 'error' | 'warning';
  path: readonly (string | number)[];
  message: string;
  fix: string;
  /** Where in the text at `path`; undefined when the problem is the field itself. */
  inText: Readonly<{ line: number; column: number }> | undefined;
}>;

/** An error of the field itself. */
export function sequenceProblem(
  path: SequenceProblem['path'],
  message: string,
  fix: string,
): SequenceProblem {
  return { severity: 'error', path, message, fix, inText: undefined };
}
