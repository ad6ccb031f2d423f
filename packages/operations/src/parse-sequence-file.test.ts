import { describe, expect, it } from 'vitest';
import { parseSequenceFile } from './parse-sequence-file.ts';

const valid = `name: welcome
on_uncertain: hold
steps:
  - key: hello
    delay: 0s
    text: 'Hi {{ first_name | default: "there" }}, thanks for joining.'
  - key: tip
    delay: 1d
    text: |
      A tip,
      for you.
`;

function places(text: string) {
  const file = parseSequenceFile(text);
  const problems = file.kind === 'refused' ? file.problems : file.warnings;
  return problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('parseSequenceFile', () => {
  it('reads a file', () => {
    expect(parseSequenceFile(valid)).toMatchObject({
      kind: 'parsed',
      name: 'welcome',
      warnings: [],
      definition: {
        onUncertain: 'hold',
        steps: [{ key: 'hello' }, { text: 'A tip,\nfor you.\n' }],
      },
    });
  });

  it('names line, column and a fix for each problem, in order, all at once', () => {
    const text = valid
      .replace('on_uncertain: hold', 'on_uncertian: hold\nsend_window: { from: "09:00" }')
      .replace('delay: 1d', 'delay: next day at 09:00')
      .replace('key: tip', 'key: hello');
    expect(places(text)).toEqual([
      '2:1 "on_uncertian" is not a field',
      '3:1 "send_window" is not supported yet',
      '8:5 an earlier step has this key',
      '9:5 the delay "next day at 09:00" is not supported yet',
    ]);
  });

  it('points into media', () => {
    const media = '    media: { type: image, url: "http://a.example/b", nam: x }\n';
    expect(places(`${valid}${media}`)).toEqual([
      '12:27 "url" is no https:// address',
      '12:54 "nam" is not a field',
    ]);
    expect(places(valid.replace("    text: 'Hi", "    media: x\n    text: 'Hi"))).toEqual([
      '6:5 "media" must be a mapping of fields',
    ]);
  });

  it('points into texts, quoted and in blocks', () => {
    expect(places(valid.replace('| default: "there" ', ''))).toEqual([
      '6:18 a contact without "first_name" will not get this message',
    ]);
    expect(places(valid.replace('for you.', 'for {{ city }}.'))).toEqual([
      '11:14 a contact without "city" will not get this message',
    ]);
    expect(places(valid.replace('for you.', 'for {{ city'))).toEqual([
      expect.stringMatching(/^11:11 output .* not closed$/),
    ]);
  });

  const laughs = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (const [name, from] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf'].entries()) {
    laughs.push(
      `${from[0]}: &${from[0]} [${Array(9).fill(`*${from[1]}`).join(', ')}]`,
      `# ${name}`,
    );
  }

  // A small file that stands for a large one, or that names something to execute.
  it.each([
    ['a billion laughs', laughs.join('\n')],
    ['an alias', `${valid}  - &x { key: a, delay: 0s, text: x }\n  - *x\n`],
    ['an alias of nothing', 'name: *nobody\n'],
    ['a tag', valid.replace('welcome', '!!js/function "x"')],
    ['binary', valid.replace('welcome', '!!binary aGk=')],
    ['merge keys', `${valid}<<: { name: other }\n`],
    ['a prototype', `${valid}__proto__: { name: other }\n`],
    ['brackets without end', '['.repeat(100_000)],
    ['lists without end', '- '.repeat(50_000)],
    ['two documents', `${valid}---\n${valid}`],
    ['a field twice', `${valid}name: other\n`],
    ['tabs', '\tname: x\n'],
    ['a list as a key', '? [a]\n: b\n'],
    ['nothing', ''],
    ['NUL', 'name: a\u0000b\n'],
    ['300 KiB', `${valid}# ${'x'.repeat(300 * 1024)}\n`],
    ['10,000 unknown fields', Array.from({ length: 10_000 }, (_, i) => `f${i}: 1`).join('\n')],
  ])('refuses %s with a place', (_, text) => {
    const file = parseSequenceFile(text);
    expect(file.kind).toBe('refused');
    if (file.kind !== 'refused') return;
    expect(file.problems.length).toBeLessThanOrEqual(100);
    for (const { line, column, fix } of file.problems) {
      expect(line).toBeGreaterThan(0);
      expect(column).toBeGreaterThan(0);
      expect(fix).not.toBe('');
    }
  });
});
