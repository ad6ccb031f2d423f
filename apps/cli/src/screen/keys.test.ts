import { expect, it } from 'vitest';
import { readKeys } from './keys.ts';

it.each([
  ['q', ['q']],
  ['/ana\r', ['/', 'a', 'n', 'a', 'enter']],
  ['\u007F\b', ['backspace', 'backspace']],
  ['\u0003', ['interrupt']],
  ['\u001B', ['escape']],
  // An arrow begins as Escape does, and must not be taken for it.
  ['\u001B[A\u001B[1;5C\u001BOPs', ['s']],
  ['\u001Bx\t', []],
  ['é', ['é']],
])('reads %j', (text, keys) => {
  expect(readKeys(text).map((key) => (key.kind === 'char' ? key.char : key.kind))).toEqual(keys);
});
