import { expect, it } from 'vitest';
import { cutLine } from './cut-line.ts';

const green = (text: string) => `\u001B[32m${text}\u001B[39m`;

it.each([
  ['short', 10, 'short'],
  ['exactly', 7, 'exactly'],
  ['too long', 3, 'too'],
  [green('open'), 4, green('open')],
  // A colour that is not ended would go on in the next line.
  [green('opened'), 4, '\u001B[32mopen\u001B[0m'],
  [`a ${green('b')} c`, 3, `a ${green('b')}\u001B[0m`],
  ['', 5, ''],
])('cuts %j at %d', (line, width, cut) => {
  expect(cutLine(line, width)).toBe(cut);
});
