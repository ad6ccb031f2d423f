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

  it.each([
    ['on_reply', 'exit'],
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
      reenroll: 'often',
      steps,
    });
    expect(problems.map((line) => line.split(': ')[0]).toSorted()).toEqual(
      [
        'name',
        'on_failed_step',
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
});
