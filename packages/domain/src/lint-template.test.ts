import { describe, expect, it } from 'vitest';
import { lintTemplate } from './lint-template.ts';

describe('lintTemplate', () => {
  it('lists the variables a text reads, and none that it assigned', () => {
    const text =
      '{% assign greeting = first_name | default: "there" %}Hi {{ greeting }}, {% if city %}in {{ city }}{% endif %}';
    expect(lintTemplate(text)).toEqual({
      problems: [],
      variables: ['first_name', 'city'],
      required: [],
    });
  });

  it('warns, with the place, of each variable that can refuse the message', () => {
    const { problems, required } = lintTemplate('Hi {{ name }},\nyour {{ "x" | append: code }}');
    expect(required).toEqual(['name', 'code']);
    expect(problems).toEqual([
      expect.objectContaining({ severity: 'warning', line: 1, column: 7 }),
      expect.objectContaining({ severity: 'warning', line: 2, column: 23 }),
    ]);
    expect(problems[0]?.message).toContain('"name"');
    expect(problems[1]?.message).toContain('"code"');
  });

  it.each([
    ['{{ a | default: "x" }}', 0],
    ['{{ a | upcase | default: "x" }}', 1],
    ['{% unless a %}none{% else %}{{ a }}{% endunless %}', 0],
    ['{% unless a %}{{ a }}{% endunless %}', 1],
    ['{% if a %}x{% else %}{{ a }}{% endif %}', 1],
    ['{% if a %}x{% elsif b %}{{ b }}{% endif %}', 0],
    ['{% case a %}{% when "x" %}{{ a }}{% else %}{{ a }}{% endcase %}', 1],
    ['{{ a | default: b }}', 1],
    ['{{ order.id }}', 1],
  ])('%s has %d warnings', (text, count) => {
    expect(lintTemplate(text).problems).toHaveLength(count);
  });

  it.each([
    ['Hi {{ name', 1, 4],
    ['Hi\n  {{ "a" | date: "%Y" }}', 2, 3],
    ['{% for i in (1..3) %}{% endfor %}', 1, 1],
    ['  ', 1, 1],
    ['{{ "" }}', 1, 1],
  ])('%j is an error at %d:%d', (text, line, column) => {
    const [problem] = lintTemplate(text).problems;
    expect(problem).toMatchObject({ severity: 'error', line, column });
    expect(problem?.fix).not.toBe('');
  });

  it('never throws on a text nested without end', () => {
    const text = '{% if a %}'.repeat(800);
    expect(lintTemplate(text).problems[0]?.severity).toBe('error');
  });
});
