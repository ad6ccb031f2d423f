import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { escapeCell, unescapeCell } from './formula-cells.ts';
import { rejectedHeader, rejectedLine } from './rejected-csv.ts';

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .tuple(
      fc.constantFrom('=', '+', '-', '@', '\t', '\r', "'=", ' =', '"', ';', "''+"),
      fc.string(),
    )
    .map(([start, rest]) => start + rest),
);

describe('a file of rejected rows', () => {
  it('holds no cell that a spreadsheet would compute', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(escapeCell(text)).not.toMatch(/^[\t\r\n ]*[=+\-@\t\r](?!\d{5,15}$)/);
      }),
    );
  });

  it('keeps phone numbers as they are, and everything else readable', () => {
    expect(escapeCell('+6281234567890')).toBe('+6281234567890');
    expect(escapeCell('+1+cmd|')).toBe("'+1+cmd|");
    expect(escapeCell('=HYPERLINK("http://x")')).toBe('\'=HYPERLINK("http://x")');
    fc.assert(
      fc.property(hostile, (text) => {
        expect(unescapeCell(escapeCell(text))).toBe(text);
      }),
    );
  });

  it('reads back as the row it was, whatever is in it', () => {
    const header = ['phone', 'name', 'city'];
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 3, maxLength: 3 }), (cells) => {
        const row = { line: 7, column: 'phone', reason: 'is empty', fix: 'fill it', cells };
        const text = rejectedHeader(header) + rejectedLine(header, row);
        const [names, read] = parse(text, { record_delimiter: '\n' });
        expect(names).toEqual([
          ...header,
          'rejected_line',
          'rejected_column',
          'rejected_reason',
          'rejected_fix',
        ]);
        expect(read?.slice(0, 3).map(unescapeCell)).toEqual(cells);
        expect(read?.slice(3)).toEqual(['7', 'phone', 'is empty', 'fill it']);
      }),
    );
  });

  it('does not repeat its own columns when it is imported and rejected again', () => {
    const header = ['phone', 'rejected_line', 'rejected_column', 'rejected_reason', 'rejected_fix'];
    const row = {
      line: 2,
      column: 'phone',
      reason: 'r',
      fix: 'f',
      cells: ['1', '9', 'x', 'y', 'z'],
    };
    expect(rejectedHeader(header)).toBe(`${header.join(',')}\n`);
    expect(rejectedLine(header, row)).toBe('1,2,phone,r,f\n');
  });
});
