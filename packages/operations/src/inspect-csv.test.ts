import { createHash } from 'node:crypto';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CsvError } from './csv-error.ts';
import { inspectCsv } from './inspect-csv.ts';
import { readCsv } from './read-csv.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dripfleet-csv-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

async function inspect(content: string | Buffer) {
  const path = join(folder, 'contacts.csv');
  await writeFile(path, content);
  const file = await open(path);
  try {
    return await inspectCsv(file);
  } finally {
    await file.close();
  }
}

async function linesOf(content: string) {
  const path = join(folder, 'lines.csv');
  await writeFile(path, content);
  const file = await open(path);
  const lines: string[] = [];
  try {
    for await (const { line, cells } of readCsv({ file, delimiter: ',' })) {
      lines.push(`${line}:${cells.join('|')}`);
    }
  } finally {
    await file.close();
  }
  return lines;
}

describe('inspectCsv', () => {
  it('names the file and counts its rows', async () => {
    const text = 'phone,name\n1,a\n\n,\n2,b';
    expect(await inspect(text)).toEqual({
      sha256: createHash('sha256').update(text).digest('hex'),
      bytes: text.length,
      rows: 2,
      header: ['phone', 'name'],
      delimiter: ',',
    });
  });

  it.each([
    ['phone;name;"a,b,c"\n', ';', ['phone', 'name', 'a,b,c']],
    ['phone\tname\n', '\t', ['phone', 'name']],
    ['\uFEFFphone,"a;b;c"\r\n', ',', ['phone', 'a;b;c']],
    ['phone\n', ',', ['phone']],
    ['phone,name\r1,2\r', ',', ['phone', 'name']],
  ])('reads %j', async (text, delimiter, header) => {
    expect(await inspect(text)).toMatchObject({ delimiter, header });
  });

  // Hostile files end in an error with a place, quickly and in little memory.
  it.each<[string, string | Buffer, string]>([
    ['nothing', '', '1: empty'],
    ['UTF-16', Buffer.from('\uFEFFphone,name\n', 'utf16le'), '1: not UTF-8'],
    ['an archive', Buffer.from('PK\u0003\u0004\u0000\u0000'), '1: not UTF-8'],
    ['a line of 20 MB', `a,b\n1,${'x'.repeat(20_000_000)}\n2,3\n`, '2: longer than 64 KiB'],
    ['a header of a million columns', `${','.repeat(1_000_000)}\n`, '1: longer than 64 KiB'],
    ['an open quote', `a,b\n1,2\n3,"4\n5,6\n`, '3: not closed'],
    [
      'an open quote before 2 MB',
      `a,b\n1,"x\n${'2,3\n'.repeat(500_000)}`,
      '2: the row is longer than 64 KiB',
    ],
    ['a cell of 100 KB', `a,b\n1,"${'x\n'.repeat(50_000)}"\n`, '2: the row is longer than 64 KiB'],
    [
      'a record of millions of empty cells',
      `a,b\n${`${','.repeat(60_000)}"\n",`.repeat(100)}`,
      '2: not closed',
    ],
    ['a row too many', `a\n${'1\n'.repeat(200_001)}`, '200002: more than 200000 rows'],
    ['101 MiB', Buffer.alloc(101 * 1024 * 1024, 'a\n'), '1: larger than 100 MiB'],
  ])('refuses %s', async (_, content, expected) => {
    const refusal = await inspect(content).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(CsvError);
    const { line, message } = refusal instanceof CsvError ? refusal : { line: 0, message: '' };
    const [place, words = ''] = expected.split(': ');
    expect([String(line), message]).toEqual([place, expect.stringContaining(words)]);
  });

  it('refuses a folder', async () => {
    const file = await open(folder);
    await expect(inspectCsv(file)).rejects.toMatchObject({ code: 'bad_csv' });
    await file.close();
  });
});

describe('readCsv', () => {
  it('counts lines through blank ones and quoted breaks of every kind', async () => {
    expect(await linesOf('a,b\r\n1,"x\r\ny"\r\n\r\n2,"p\n\nq"\r\n3,4')).toEqual([
      '1:a|b',
      '2:1|x\r\ny',
      '4:',
      '5:2|p\n\nq',
      '8:3|4',
    ]);
  });
});
