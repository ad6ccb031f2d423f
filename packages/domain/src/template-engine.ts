import { Liquid, type Template } from 'liquidjs';
import { StrictAssign } from './strict-assign.ts';

/** The longest template, UTF-16 units. */
export const templateLength = 8_192;
/** The longest message, UTF-16 units; WhatsApp shows more, nobody reads it. */
export const bodyLength = 4_096;

/**
 * What a text may use. An allow-list, because everything absent is either a way out of the text (`include`,
 * `render`), a source of different bodies for the same facts (`date: "now"`, `sample`), or unbounded work (`for`,
 * `capture`). What remains runs each tag and each output at most once, so the length of the text bounds its time.
 */
const allowedTags = ['assign', 'case', 'comment', 'if', 'raw', 'unless', '#'] as const;
const allowedFilters = [
  'abs',
  'append',
  'at_least',
  'at_most',
  'capitalize',
  'ceil',
  'default',
  'divided_by',
  'downcase',
  'first',
  'floor',
  'join',
  'last',
  'lstrip',
  'minus',
  'modulo',
  'plus',
  'prepend',
  'remove',
  'remove_first',
  'remove_last',
  'replace',
  'replace_first',
  'replace_last',
  'round',
  'rstrip',
  'size',
  'slice',
  'split',
  'squish',
  'strip',
  'strip_newlines',
  'times',
  'truncate',
  'truncatewords',
  'upcase',
] as const;

/** For messages that say what can be used instead. */
export const allowedInTemplates = `tags ${allowedTags.join(', ')}; filters ${allowedFilters.join(', ')}`;

/** Holds no state between two renderings; a parsed template can be rendered any number of times. */
export const engine = createEngine();

function createEngine(): Liquid {
  const liquid = new Liquid({
    // Names on an object's prototype (`constructor`) do not exist for a text.
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: true,
    // A missing variable is false in a condition and empty for `default`; everywhere else it is an error.
    lenientIf: true,
    parseLimit: templateLength,
    // Characters and elements that filters and ranges make, summed over one rendering. Not a time: a process that
    // was stopped in the middle of a rendering would refuse a good text.
    memoryLimit: bodyLength * 8,
    templates: {},
  });
  const tags = new Set<string>(allowedTags);
  for (const name of Object.keys(liquid.tags)) if (!tags.has(name)) delete liquid.tags[name];
  const filters = new Set<string>(allowedFilters);
  for (const name of Object.keys(liquid.filters)) {
    if (!filters.has(name)) liquid.unregisterFilter(name);
  }
  liquid.registerTag('assign', StrictAssign);
  return liquid;
}

/** Throws liquidjs' own errors. */
export function parseTemplate(text: string): Template[] {
  return engine.parse(text);
}
