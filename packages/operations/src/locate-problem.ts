import type { SequenceProblem } from '@dripfleet/domain';
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type Scalar,
} from 'yaml';

/** Something wrong in a file, and what to do about it. Lines and columns count from 1. */
export type FileProblem = Readonly<{
  severity: 'error' | 'warning';
  line: number;
  column: number;
  message: string;
  fix: string;
}>;

type Source = Readonly<{ text: string; lines: LineCounter }>;
type Place = Readonly<{ line: number; column: number }>;

/** Turns a problem's path into the place in the file: the field it names, or the nearest thing around it. */
export function locateProblem(
  document: Document.Parsed,
  { text, lines }: Source,
): (problem: SequenceProblem) => FileProblem {
  return ({ severity, path, message, fix, inText }) => {
    const { offset, node } = follow(document.contents, path);
    const { line, col } = lines.linePos(offset);
    const field = { line: Math.max(1, line), column: Math.max(1, col) };
    const place = inText && node ? placeInText(node, inText, text) : undefined;
    return { severity, ...(place ?? field), message, fix };
  };
}

/** Goes down the path as far as the document has it; the offset is that of the last field or element passed. */
function follow(contents: Node | null, path: SequenceProblem['path']) {
  let node: unknown = contents;
  let offset = contents?.range?.[0] ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === part);
      if (!pair) break;
      offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      offset = isMap(node) || isScalar(node) ? (node.range?.[0] ?? offset) : offset;
    } else break;
  }
  return { offset, node: isScalar(node) ? node : undefined };
}

/**
 * Where in the file a place inside a text is. Undefined when the file shows the text in another form (folded,
 * escaped): then the field must do.
 */
function placeInText(node: Scalar, inText: Place, text: string): Place | undefined {
  const offset = node.range?.[0];
  if (offset === undefined || typeof node.value !== 'string') return undefined;
  const isLiteral = node.type === 'BLOCK_LITERAL';
  const textLine = node.value.split('\n')[inText.line - 1];
  if (textLine === undefined || (!isLiteral && inText.line > 1)) return undefined;
  const before = text.slice(0, offset).split('\n');
  // The lines of a literal block begin below its `|`.
  const line = before.length + (isLiteral ? inText.line : 0);
  const from = isLiteral ? 0 : (before.at(-1)?.length ?? 0);
  const indent = text.split('\n')[line - 1]?.indexOf(textLine, from) ?? -1;
  return indent < 0 ? undefined : { line, column: indent + inText.column };
}
