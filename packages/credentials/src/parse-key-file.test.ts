import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyFileError } from './key-file-error.ts';
import { parseKeyFile } from './parse-key-file.ts';

const key = (fill: number) => Buffer.alloc(32, fill).toString('base64');

/** What it is refused with; '' when it is taken. */
function messageFor(text: string): string {
  try {
    parseKeyFile(text, 'f');
    return '';
  } catch (error) {
    if (error instanceof KeyFileError) return error.message;
    throw error;
  }
}

describe('a key file', () => {
  it('gives its keys in order, without comments and blanks, whatever the line ends', () => {
    const text = `# a\r\n\r\nnew: ${key(1)}\r\n  old:${key(2)}\n#\n`;
    expect(parseKeyFile(text, 'f').map(({ name }) => name)).toEqual(['new', 'old']);
  });

  it.each([
    ['', 'holds no key'],
    ['# only words\n', 'holds no key'],
    [`a:${key(1)}\nb\n`, 'line 2: there is no ":"'],
    [`a b:${key(1)}`, 'line 1: a name'],
    [`:${key(1)}`, 'line 1: a name'],
    [`a:${key(1).slice(4)}`, 'line 1: the key after "a:" is not base64 of 32 bytes'],
    [`a:${key(1)}AAAA`, 'line 1: the key after "a:"'],
    // One bit more than 32 bytes hold: another spelling of the same key.
    [`a:${key(0).slice(0, 42)}B=`, 'line 1: the key after "a:"'],
    [`a:${key(1)}\n\na:${key(2)}`, 'line 3: the name "a" stands above'],
    [`a:${key(1)}\nb:${key(1)}`, 'line 2: "b" is the same key as "a"'],
  ])('is refused with the line and what to do: %j', (text, message) => {
    expect(() => parseKeyFile(text, 'f')).toThrow(message);
  });

  // Errors are logged, and pasted into tickets.
  it('never shows a key, neither in an error nor when it is printed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat(50), (bytes, cut) => {
        const text = Buffer.from(bytes).toString('base64');
        for (const line of [`a:${text}x`, `a:${text.slice(0, cut)}`, text, `a:${text}\na:${text}`])
          expect(messageFor(line)).not.toContain(text.slice(0, Math.max(cut, 8)));
      }),
    );
    const bytes = randomBytes(32);
    const printed = inspect(parseKeyFile(`a:${bytes.toString('base64')}`, 'f'), { depth: 9 });
    expect(printed).not.toContain(bytes.toString('hex').slice(0, 8));
    expect(printed).not.toContain(bytes.toString('base64').slice(0, 8));
  });
});
