import { readSequence, type SequenceDefinition } from '@dripfleet/domain';
import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { type FileProblem, locateProblem } from './locate-problem.ts';

export type SequenceFile =
  | Readonly<{
      kind: 'parsed';
      name: string;
      definition: SequenceDefinition;
      /** What can still keep the sequence from some contacts. */
      warnings: readonly FileProblem[];
    }>
  /** Every problem found, errors and warnings, in the order of the file; at least one is an error. */
  | Readonly<{ kind: 'refused'; problems: readonly FileProblem[] }>;

/** The longest sequence file, bytes: 200 steps of 1,200 characters fit. */
export const sequenceFileBytes = 256 * 1024;
/** After so many the rest says nothing new. */
const problemsMax = 100;

/**
 * Reads the YAML text of a sequence file. Reads nothing else and throws nothing: each
 * problem has its line and column, counted from 1, and a fix. Anchors, aliases and tags are refused, because a short
 * file of them can stand for gigabytes.
 */
export function parseSequenceFile(text: string): SequenceFile {
  if (Buffer.byteLength(text) > sequenceFileBytes) return refused([tooLarge]);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // Its own check compares each key with every other.
    uniqueKeys: false,
    logLevel: 'error',
  });
  const broken = [...syntaxProblems(document, lines), ...structureProblems(document, lines)];
  if (broken.length > 0) return refused(broken);
  const reading = readSequence(document.toJS({ maxAliasCount: 0 }));
  const locate = locateProblem(document, { text, lines });
  if (reading.kind === 'refused')
    return refused(reading.problems.slice(0, problemsMax).map(locate));
  const { name, definition, warnings } = reading;
  return { kind: 'parsed', name, definition, warnings: warnings.slice(0, problemsMax).map(locate) };
}

const tooLarge: FileProblem = {
  severity: 'error',
  line: 1,
  column: 1,
  message: `the file is larger than ${sequenceFileBytes / 1024} KiB`,
  fix: 'split it into several sequences',
};

function refused(problems: readonly FileProblem[]): SequenceFile {
  const inOrder = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  return { kind: 'refused', problems: inOrder.slice(0, problemsMax) };
}

function syntaxProblems({ errors, warnings }: Document.Parsed, lines: LineCounter): FileProblem[] {
  return [...errors, ...warnings].map(({ message, pos: [start], code }) => {
    const fix = syntaxFixes[code] ?? 'correct the YAML here';
    return problemAt(start, { message, fix }, lines);
  });
}

const syntaxFixes: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'write each sequence into a file of its own',
  TAB_AS_INDENT: 'indent with spaces',
  RESOURCE_EXHAUSTION: 'write the fields without nesting',
  TAG_RESOLVE_FAILED: 'remove the tag',
  NON_STRING_KEY: 'write a plain name before the colon',
};

function structureProblems(document: Document.Parsed, lines: LineCounter): FileProblem[] {
  const problems: FileProblem[] = [];
  const report = (node: Node, message: string, fix: string) => {
    problems.push(problemAt(node.range?.[0] ?? 0, { message, fix }, lines));
  };
  visit(document, {
    Alias: (_, node) =>
      report(node, `the alias *${node.source} is not supported`, 'write the value out'),
    Value: (_, node) => {
      const { anchor, tag } = node;
      if (anchor !== undefined) report(node, `the anchor &${anchor} is not supported`, 'remove it');
      if (tag !== undefined) report(node, `the tag ${tag} is not supported`, 'remove it');
      if (!isMap(node)) return;
      const seen = new Set<unknown>();
      for (const { key } of node.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) report(key, 'the field stands here twice', 'keep one of the two');
        seen.add(key.value);
      }
    },
  });
  return problems;
}

function problemAt(
  offset: number,
  { message, fix }: Pick<FileProblem, 'message' | 'fix'>,
  lines: LineCounter,
): FileProblem {
  const { line, col } = lines.linePos(offset);
  return { severity: 'error', line: Math.max(1, line), column: Math.max(1, col), message, fix };
}
