import { describe, expect, it } from 'vitest';
import { parsePhone } from './parse-phone.ts';

describe('parsePhone', () => {
  it.each([
    ['+6281234567890', '+6281234567890'],
    [' +62 812-3456-7890 ', '+6281234567890'],
    ['+1 (415) 555-2671', '+14155552671'],
    // The simulator's people.
    ['+15559990001', '+15559990001'],
  ])('reads %s', (text, phone) => {
    expect(parsePhone(text)).toEqual({ kind: 'parsed', phone });
  });

  it.each([
    '',
    '081234567890',
    '6281234567890',
    '+62',
    '+62812',
    '+99912345678',
    '+628123456789012345',
    '+62812345678x',
    'call +6281234567890',
    '+6281234567890 ext 5',
    '+６２８１２３４５６７８９０',
    '=+6281234567890',
    '+1555999000',
    '+'.repeat(100_000),
  ])('refuses %s', (text) => {
    expect(parsePhone(text)).toMatchObject({
      kind: 'refused',
      fix: expect.stringContaining('+62'),
    });
  });
});
