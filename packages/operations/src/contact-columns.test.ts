import { describe, expect, it } from 'vitest';
import { readContactColumns } from './contact-columns.ts';

describe('readContactColumns', () => {
  it('tells fields from attributes and from our own columns', () => {
    expect(readContactColumns(['phone', ' consent_source ', 'city', 'rejected_line'])).toEqual({
      kind: 'read',
      columns: [
        { kind: 'field', name: 'phone' },
        { kind: 'field', name: 'consent_source' },
        { kind: 'attribute', name: 'city' },
        { kind: 'ignored', name: 'rejected_line' },
      ],
    });
  });

  it('lists every problem at once, with the cell and a fix', () => {
    const read = readContactColumns(['Phone', 'name', '', 'name', 'Order ID', '__proto__']);
    expect(read).toMatchObject({
      kind: 'refused',
      problems: [
        { column: 3, message: 'the column has no name' },
        { column: 4, message: 'the column "name" is there twice' },
        { column: 5, message: 'the column "Order ID" is not a name that a text can use' },
        { column: 6, message: 'the column "__proto__" is not a name that a text can use' },
        { message: 'the column phone is missing', fix: 'rename "Phone" to phone' },
        { message: 'the column consent_source is missing' },
      ],
    });
  });

  it('refuses a header of a million columns without listing them', () => {
    const read = readContactColumns(Array.from({ length: 1_000_000 }, () => ''));
    expect(read).toMatchObject({ kind: 'refused', problems: [{ column: 65 }] });
  });
});
