import { expect, it } from 'vitest';
import { parseInstant } from './parse-instant.ts';

it.each([
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['2026-01-31T09:30:00Z', '2026-01-31T09:30:00.000Z'],
  ['2026-01-31 09:30+0800', '2026-01-31T01:30:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
])('reads %s', (text, expected) => {
  expect(parseInstant(text)?.toISOString()).toBe(expected);
});

it.each([
  '2026-02-30',
  '31/01/2026',
  '01-31-2026',
  '2026-01-31T09:30',
  '2026-13-01',
  'now',
  '',
  '1764000000',
])('refuses %s, which is no instant or more than one', (text) => {
  expect(parseInstant(text)).toBeUndefined();
});
