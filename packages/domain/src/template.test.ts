import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderTemplate } from './template.ts';

const greeting = 'Hi {{ first_name | default: "there" }}, thanks for joining.';

describe('renderTemplate', () => {
  it.each([
    [greeting, { first_name: 'Ana' }, 'Hi Ana, thanks for joining.'],
    [greeting, {}, 'Hi there, thanks for joining.'],
    [greeting, { first_name: '  ' }, 'Hi there, thanks for joining.'],
    [greeting, { first_name: null }, 'Hi there, thanks for joining.'],
    ['{{ name | split: " " | first }}', { name: 'Ana Maria' }, 'Ana'],
    ['{% if vip %}Dear {{ name }}{% else %}Hi{% endif %}', {}, 'Hi'],
    ['{{ points | plus: 1 }} points', { points: 41 }, '42 points'],
    ['{% assign z = first_name | default: "you" %}Hi {{ z }}', {}, 'Hi you'],
    ['{% assign __proto__ = first_name %}Hi {{ __proto__ }}', { first_name: 'Ana' }, 'Hi Ana'],
    ['{% raw %}{{ name }}{% endraw %}', {}, '{{ name }}'],
    ['line one\r\nline two\n', {}, 'line one\nline two'],
  ])('renders %j with %j', (text, variables, body) => {
    expect(renderTemplate(text, variables)).toEqual({ kind: 'rendered', body });
  });

  it.each([
    ['Hi {{ name }}', 'name'],
    ['{{ a | append: code }}', 'a'],
    ['{{ "a" | append: code }}', 'code'],
    ['Hi {{ name | default: nickname }}', 'nickname'],
    ['{{ name | upcase | default: "x" }}', 'name'],
    ['{% assign z = code %}Hi {{ z }}', 'code'],
    ['{% assign __proto__ = code %}Hi', 'code'],
    ['{{ "abc"[code] }}', 'code'],
    // What every object has is not the contact's.
    ['{{ constructor }}', 'constructor'],
    ['{{ __proto__ }}', '__proto__'],
    ['{{ toString }}', 'toString'],
  ])('refuses %j and names what is missing', (text, missing) => {
    const rendering = renderTemplate(text, {});
    expect(rendering).toMatchObject({ kind: 'refused' });
    expect(rendering).toHaveProperty('reason', expect.stringContaining(`"${missing}"`));
  });

  it('refuses what a value inherits, and objects and functions as values', () => {
    expect(renderTemplate('{{ a.constructor.name }}', { a: 'x' }).kind).toBe('refused');
    expect(renderTemplate('{{ a }}', { a: { b: 1 } }).kind).toBe('refused');
    expect(renderTemplate('{{ a }}', { a: () => 'called' }).kind).toBe('refused');
  });

  it.each([
    'date',
    'sample',
    'json',
    'inspect',
    'where_exp',
    'map',
    'sort',
    'sha256',
    'url_decode',
    'raw',
  ])('refuses the filter %s, which could make another body or unbounded work', (filter) => {
    expect(renderTemplate(`{{ "now" | ${filter}: "a" }}`, {}).kind).toBe('refused');
  });

  it.each([
    '{% include "a" %}',
    '{% render "/etc/passwd" %}',
    '{% layout "a" %}',
    '{% for i in (1..1000000000) %}a{% endfor %}',
    '{% tablerow i in (1..9) %}a{% endtablerow %}',
    '{% capture a %}{{ a }}{{ a }}{% endcapture %}',
    '{% increment a %}',
    '{% cycle "a", "b" %}',
    '{% liquid echo "a" %}',
    '{{ (1..1000000000) }}',
    '{{ "a" | append: (1..1000000000) }}',
    `{% assign a = "${'x'.repeat(99)}" %}${'{% assign a = a | append: a %}'.repeat(60)}{{ a }}`,
    `{% assign a = "${'x'.repeat(4000)}" %}{{ a | replace: "x", a }}`,
    `{% assign a = "${'x'.repeat(4000)}" %}${'{{ a }}'.repeat(500)}`,
    `${'{% if a %}'.repeat(700)}x${'{% endif %}'.repeat(40)}`,
    `{{ "x" ${'| append: "x" '.repeat(600)} }}`.slice(0, -3),
    '{{ name',
    '{% if %}',
    'x'.repeat(9_000),
    'x'.repeat(4_097),
    '',
    '   \n ',
    '\u202E\u0000',
  ])('refuses hostile template %#', (text) => {
    expect(renderTemplate(text, {}).kind).toBe('refused');
  });

  // Else a text of 8 KiB could make tens of megabytes before its length is looked at.
  it('stops in the middle of a message that grows too long', () => {
    const text = `{% assign a = "${'x'.repeat(4000)}" %}${'{{ a }}'.repeat(9)}{{ missing }}`;
    expect(renderTemplate(text, {})).toEqual({
      kind: 'refused',
      reason: 'the message is longer than 4096 characters',
    });
  });

  // A contact's name must not become code, hide text or forge a direction.
  it('inserts values once, and strips control and direction characters', () => {
    expect(renderTemplate('Hi {{ name }}!', { name: '{{ secret }}', secret: 'x' })).toEqual({
      kind: 'rendered',
      body: 'Hi {{ secret }}!',
    });
    expect(renderTemplate('Hi {{ name }}!', { name: 'A\u202En\u0000a\u2066\u001B[2J' })).toEqual({
      kind: 'rendered',
      body: 'Hi Ana[2J!',
    });
    expect(renderTemplate('{{ name | slice: 0 }}', { name: '\u{1F600}' })).toMatchObject({
      body: expect.not.stringMatching(/\p{Cs}/u),
    });
  });

  it('gives the same body every time, never code from values, for any text and values', () => {
    const names = fc.constantFrom('a', 'b', 'first_name', '__proto__', 'constructor');
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      names.map((name) => `{{ ${name} | default: "there" }}`),
      fc.constantFrom('{{', '}}', '{%', '%}', '{% if a %}', '{% endif %}', '| append: b'),
    );
    const text = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));
    const variables = fc.dictionary(names, fc.anything(), { maxKeys: 4 });
    fc.assert(
      fc.property(text, variables, (given, values) => {
        const once = renderTemplate(given, values);
        expect(renderTemplate(given, values)).toEqual(once);
        if (once.kind === 'refused') return;
        expect(once.body.trim()).toBe(once.body);
        expect(once.body.length).toBeGreaterThan(0);
        expect(once.body.length).toBeLessThanOrEqual(4096);
        expect(once.body).not.toMatch(/(?![\t\n])[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/u);
      }),
      { numRuns: 200 },
    );
  }, 30_000);
});
