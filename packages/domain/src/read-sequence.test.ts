import { describe, expect, it } from 'vitest';
import { readSequence } from './read-sequence.ts';

const hello = { key: 'hello', delay: '0s', text: 'Hi {{ first_name | default: "there" }}' };
const valid = { name: 'welcome', steps: [hello, { key: 'tip', delay: '1d', text: 'A tip' }] };

function problemsOf(value: unknown) {
  const reading = readSequence(value);
  return reading.kind === 'refused'
    ? reading.problems.map(({ path, message, fix }) => `${path.join('.')}: ${message}; ${fix}`)
    : [];
}

describe('readSequence', () => {
  it('reads a sequence and fills in the defaults', () => {
    expect(readSequence(valid)).toEqual({
      kind: 'read',
      name: 'welcome',
      warnings: [],
      definition: {
        onUncertain: 'resend',
        onFailedStep: 'skip',
        onReply: 'exit',
        reenroll: { kind: 'never' },
        steps: [
          { ...hello, delay: 0 },
          { key: 'tip', delay: 86_400_000, text: 'A tip' },
        ],
      },
    });
  });

  it.each([
    ['never', { kind: 'never' }],
    ['after_exit', { kind: 'after_exit' }],
    ['after 30d', { kind: 'after', duration: 30 * 86_400_000 }],
  ])('reads reenroll %s', (reenroll, expected) => {
    expect(readSequence({ ...valid, reenroll })).toHaveProperty('definition.reenroll', expected);
  });

  it.each(['exit', 'continue'])('reads on_reply %s', (onReply) => {
    expect(readSequence({ ...valid, on_reply: onReply })).toHaveProperty(
      'definition.onReply',
      onReply,
    );
  });

  it.each([
    ['time_zone', 'contact'],
    ['send_window', { from: '09:00' }],
  ])('refuses %s by name until it is built', (field, value) => {
    expect(problemsOf({ ...valid, [field]: value })).toEqual([
      `${field}: "${field}" is not supported yet; remove it`,
    ]);
  });

  it.each(['next day at 09:00', 'mon at 10:30', 'Friday'])('refuses the delay %s', (delay) => {
    expect(problemsOf({ ...valid, steps: [{ ...hello, delay }] })[0]).toContain(
      `steps.0.delay: the delay "${delay}" is not supported yet; write a whole number`,
    );
  });

  it('tells what a slip was meant to be', () => {
    expect(problemsOf({ ...valid, on_uncertian: 'hold', steps: [{ ...hello, txt: 'x' }] })).toEqual(
      [
        'steps.0.txt: "txt" is not a field; did you mean "text"?',
        'on_uncertian: "on_uncertian" is not a field; did you mean "on_uncertain"?',
      ],
    );
  });

  it('lists every problem at once', () => {
    const steps = [
      { key: 'Hello!', delay: '10', text: 'Hi {{ nobody closes' },
      { key: 'tip', text: '' },
      { key: 'tip', delay: '500d', text: 'ok' },
      'text',
    ];
    const problems = problemsOf({
      name: 'Wel come',
      on_failed_step: 'stop',
      on_reply: 'stop',
      reenroll: 'often',
      steps,
    });
    expect(problems.map((line) => line.split(': ')[0]).toSorted()).toEqual(
      [
        'name',
        'on_failed_step',
        'on_reply',
        'reenroll',
        'steps.0.delay',
        'steps.0.key',
        'steps.0.text',
        'steps.1.delay',
        'steps.1.text',
        'steps.2.delay',
        'steps.2.key',
        'steps.3',
      ].toSorted(),
    );
  });

  it.each([
    ['nothing', null],
    ['a text', 'x'],
    ['a list', []],
    ['no step', { ...valid, steps: [] }],
    ['steps that are no list', { ...valid, steps: { hello } }],
    [
      '201 steps',
      { ...valid, steps: Array.from({ length: 201 }, (_, i) => ({ ...hello, key: `k${i}` })) },
    ],
    ['a negative delay', { ...valid, steps: [{ ...hello, delay: '-1s' }] }],
    ['a number as a key', { ...valid, steps: [{ ...hello, key: 1 }] }],
    [
      'a forbidden tag',
      { ...valid, steps: [{ ...hello, text: '{% for a in (1..9) %}{% endfor %}' }] },
    ],
    ['a prototype', JSON.parse('{"name":"a","__proto__":{"x":1},"steps":[]}')],
    ['a constructor', { ...valid, constructor: 'x' }],
  ])('refuses %s', (_, value) => {
    expect(problemsOf(value)).not.toEqual([]);
  });

  it('publishes a text that needs a variable, with a warning', () => {
    const reading = readSequence({ ...valid, steps: [{ ...hello, text: 'Hi {{ city }}' }] });
    expect(reading).toMatchObject({
      kind: 'read',
      warnings: [
        { severity: 'warning', path: ['steps', 0, 'text'], inText: { line: 1, column: 7 } },
      ],
    });
  });

  // The confirmation of an opt-out is kept beside a run's steps, under this key.
  it('refuses the key of a confirmation, with what to do', () => {
    expect(problemsOf({ ...valid, steps: [{ ...hello, key: 'opt-out' }] })).toEqual([
      'steps.0.key: the key "opt-out" is kept for the confirmation of an opt-out; give the step another key',
    ]);
  });
});

describe('media', () => {
  const image = { type: 'image', url: 'https://files.example.com/a%20b.jpg?size=1' };
  const withMedia = (media: unknown, more: object = {}) => ({
    ...valid,
    steps: [{ ...hello, media, ...more }],
  });
  const mediaOf = (media: unknown, more?: object) => {
    const reading = readSequence(withMedia(media, more));
    return reading.kind === 'read' ? reading.definition.steps[0]?.media : reading;
  };

  it.each(['image', 'video', 'document'])('of the type %s goes with a text', (type) => {
    expect(mediaOf({ ...image, type })).toEqual({ kind: type, url: image.url });
  });

  it('of a document may have a name', () => {
    const named = { type: 'document', url: image.url, file_name: 'Preisliste für März.pdf' };
    expect(mediaOf(named)).toEqual({
      kind: 'document',
      url: image.url,
      fileName: named.file_name,
    });
  });

  // Guards: a text that its author thinks was read.
  it('of an audio goes without a text, for WhatsApp shows none', () => {
    const audio = { ...image, type: 'audio' };
    expect(mediaOf(audio, { text: undefined })).toEqual({ kind: 'audio', url: image.url });
    expect(problemsOf(withMedia(audio))).toEqual([
      'steps.0.text: WhatsApp shows no text under an audio; remove it, or write it into a step of its own',
    ]);
  });

  it('of any other type needs a text', () => {
    expect(problemsOf(withMedia(image, { text: undefined }))).toEqual([
      'steps.0.text: "text" is missing; write a text of 1 to 8192 characters',
    ]);
  });

  const urlFix = 'write the address of the file, https://…, at most 2000 characters';
  it.each([
    ['http', 'http://a.example/b', '"url" is no https:// address'],
    ['no scheme', 'a.example/b', '"url" is no https:// address'],
    ['a scheme without its slashes', 'https:a.example/b', '"url" is no https:// address'],
    ['no host', 'https://', '"url" is no https:// address'],
    ['a file', 'file:///etc/passwd', '"url" is no https:// address'],
    ['data', 'data:text/plain,x', '"url" is no https:// address'],
    ['credentials', 'https://me:secret@a.example/b', '"url" has a name or a password in it'],
    ['a name', 'https://me@a.example/b', '"url" has a name or a password in it'],
    ['a space', 'https://a.example/b c', '"url" has a space in it'],
    ['a line break', 'https://a.example/b\n', '"url" has a space in it'],
    ['Liquid', 'https://a.example/{{ city }}', 'Liquid is not supported in "url" yet'],
    ['a tag', 'https://a.example/{% if x %}', 'Liquid is not supported in "url" yet'],
    ['2,001 characters', `https://a.example/${'x'.repeat(1_983)}`, '"url" is too long'],
  ])('refuses an address with %s', (_, url, message) => {
    expect(problemsOf(withMedia({ ...image, url }))).toEqual([
      `steps.0.media.url: ${message}; ${urlFix}`,
    ]);
  });

  it.each([
    [{ type: 'gif' }, 'steps.0.media.type: "type" has a value that it cannot have'],
    [{ url: undefined }, 'steps.0.media.url: "url" is missing'],
    [{ url: 1 }, 'steps.0.media.url: "url" must be text'],
    [{ file_name: 'a.pdf' }, 'steps.0.media.file_name: only a document shows the name'],
    [
      { type: 'document', file_name: '' },
      'steps.0.media.file_name: this is not the name of a file',
    ],
    [
      { type: 'document', file_name: '../a' },
      'steps.0.media.file_name: this is not the name of a file',
    ],
    [{ file_nam: 'x' }, '"file_nam" is not a field; did you mean "file_name"?'],
    [{ caption: 'x' }, 'remove it; the fields are type, url, file_name'],
  ])('refuses %j with a fix', (change, problem) => {
    const problems = problemsOf(withMedia({ ...image, ...change }));
    expect(problems.join()).toContain(problem);
    expect(problems).toHaveLength(1);
  });

  it('that is no mapping is refused with its fields', () => {
    expect(problemsOf(withMedia('https://a.example/b'))).toEqual([
      'steps.0.media: "media" must be a mapping of fields; write the fields type, url, file_name',
    ]);
  });
});
