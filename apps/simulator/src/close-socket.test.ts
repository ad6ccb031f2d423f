import { expect, it } from 'vitest';
import { closeCode } from './close-socket.ts';

it.each([
  [401, 4401],
  [440, 4440],
  [515, 4515],
  [1000, 1000],
  [1003, 1003],
  [1005, 1011],
  [1015, 1011],
  [4440, 4440],
  [200, 1011],
  [2999, 1011],
])('sends code %d as %d, which a close frame can carry', (code, sent) => {
  expect(closeCode(code)).toBe(sent);
});
