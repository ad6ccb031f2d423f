import type { MatrixResult, MatrixRow } from './run-matrix.ts';

/** Why a row is wrong; undefined when it is as it must be. */
export function whyWrong({ case: one, death, tally }: MatrixRow): string | undefined {
  if (death.point !== one.point || death.signal !== 'SIGKILL') {
    return `ended with ${death.signal ?? death.code} at ${death.point ?? 'no point'}`;
  }
  if (one.sentByThen !== undefined && tally.sentByThen !== one.sentByThen) {
    return `${one.sentByThen} messages were to be out by then`;
  }
  return tally.repeats > one.mayRepeat ? 'a repeat that nothing explains' : undefined;
}

export function isRight(result: MatrixResult): boolean {
  const { rows, left, verdict } = result;
  return left === 0 && verdict.code === 0 && rows.every((row) => whyWrong(row) === undefined);
}

/** A line for each point, then the judge's verdict. */
export function formatMatrix(result: MatrixResult): string {
  const { transport, rows, left, verdict } = result;
  return [
    `crash matrix, ${transport}`,
    columns(['point', 'crashed', 'by then', 'sends', 'repeats', 'may repeat', 'verdict']),
    ...rows.map(formatRow),
    left === 0 ? 'everything was completed' : `${left} contacts were left midway`,
    verdict.text.trimEnd(),
  ].join('\n');
}

function formatRow(row: MatrixRow): string {
  const { case: one, death, tally } = row;
  const crashed = death.point === one.point && death.signal === 'SIGKILL' ? 'yes' : 'NO';
  const verdict = whyWrong(row) ?? 'ok';
  const may = one.mayRepeat === 0 ? '' : String(one.mayRepeat);
  const { sentByThen, sends, repeats } = tally;
  const figures = [sentByThen, sends, repeats].map(String);
  return columns([one.point, crashed, ...figures, may, verdict]);
}

const widths = [28, 9, 9, 7, 9, 12];

function columns(cells: readonly string[]): string {
  return cells
    .map((cell, at) => cell.padEnd(widths[at] ?? 0))
    .join('')
    .trimEnd();
}
