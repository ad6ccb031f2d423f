import type { FileProblem } from '@dripfleet/operations';
import type { ListView } from '../output.ts';

/** As compilers write it, so that editors and terminals make a link of it. */
export function problemText(file: string, problem: FileProblem): string {
  const { line, column, severity, message, fix } = problem;
  return `${file}:${line}:${column}: ${severity}: ${message}; ${fix}`;
}

/** `sequence lint`. */
export function problemView(file: string): ListView<FileProblem> {
  return {
    columns: [
      { title: 'at', value: ({ line, column }) => `${file}:${line}:${column}` },
      { title: 'severity', value: ({ severity }) => severity },
      { title: 'problem', value: ({ message, fix }) => `${message}; ${fix}` },
    ],
    json: (problem) => ({ file, ...problem }),
    name: (problem) => problemText(file, problem),
    empty: `${file} is fine.`,
  };
}
