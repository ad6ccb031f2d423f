import { Context, type Emitter, type Template, toValueSync } from 'liquidjs';
import { bodyLength, engine, parseTemplate, templateLength } from './template-engine.ts';
import { templateFailure } from './template-failure.ts';

export type Rendering =
  /** What to send: 1 to 4096 characters, trimmed, without control characters. */
  | Readonly<{ kind: 'rendered'; body: string }>
  /** Cannot become a message for this contact; the same variables always end here. Names no value. */
  | Readonly<{ kind: 'refused'; reason: string }>;

/**
 * The body of one message: Liquid `text` filled with `variables`.
 *
 * The same text and variables give the same body, on every machine and at every time, because a retry must send the
 * same bytes. Only strings, numbers and booleans count as variables; one that is absent or blank and has no
 * `default` refuses the message, since a greeting with a hole in it is worse than none. Values are inserted once and
 * never read as Liquid. Never throws; the work is bounded by the text's length (8192 characters at most).
 */
export function renderTemplate(
  text: string,
  variables: Readonly<Record<string, unknown>>,
): Rendering {
  const compiled = compile(text);
  if (compiled.kind === 'refused') return compiled;
  try {
    const context = new Context(
      usable(variables),
      engine.options,
      { sync: true },
      { liquid: engine },
    );
    const output = new BoundedOutput();
    toValueSync(engine.renderer.renderTemplates(compiled.templates, context, output));
    return checkBody(output.buffer);
  } catch (error) {
    return { kind: 'refused', reason: templateFailure(error).message };
  }
}

type Compiled =
  | Readonly<{ kind: 'compiled'; templates: Template[] }>
  | Readonly<{ kind: 'refused'; reason: string }>;

/** Parsing costs twice as much as rendering, and a fleet sends few texts to many. Forgotten all at once when full. */
const compiledTexts = new Map<string, Compiled>();
const compiledTextsMax = 500;

function compile(text: string): Compiled {
  const known = compiledTexts.get(text);
  if (known) return known;
  const compiled = compileAnew(text);
  if (compiledTexts.size >= compiledTextsMax) compiledTexts.clear();
  compiledTexts.set(text, compiled);
  return compiled;
}

function compileAnew(text: string): Compiled {
  if (text.length > templateLength) {
    return { kind: 'refused', reason: `the text is longer than ${templateLength} characters` };
  }
  try {
    return { kind: 'compiled', templates: parseTemplate(text) };
  } catch (error) {
    return { kind: 'refused', reason: templateFailure(error).message };
  }
}

/** A null prototype, so that only what the contact has is there; blank counts as missing, so that `default` applies. */
function usable(variables: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(variables)) {
    const isText = typeof value === 'string' && value.trim() !== '';
    if (isText || Number.isFinite(value) || typeof value === 'boolean') kept[name] = value;
  }
  return kept;
}

/** Stops a rendering that repeats long values, before they fill the memory. */
class BoundedOutput implements Emitter {
  buffer = '';

  write(value: unknown): void {
    this.buffer += toText(value);
    // White space and stripped characters may still go, so the exact limit is checked at the end.
    if (this.buffer.length > 4 * bodyLength) throw new TooLong();
  }
}

const tooLong = `the message is longer than ${bodyLength} characters`;

class TooLong extends Error {
  readonly code = 'too_long';

  constructor() {
    super(tooLong);
  }
}

function toText(value: unknown): string {
  if (Array.isArray(value)) return value.map(toText).join('');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}

function checkBody(raw: string): Rendering {
  const body = stripUnsafe(raw).trim();
  if (body === '') return { kind: 'refused', reason: 'the message is empty' };
  if (body.length > bodyLength) return { kind: 'refused', reason: tooLong };
  return { kind: 'rendered', body };
}

/**
 * Without what can change how the rest is shown or stored: control characters but tab and newline, direction
 * overrides and isolates, the byte order mark. A half of a surrogate pair (from `slice`) would not survive UTF-8.
 */
function stripUnsafe(text: string): string {
  return text
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll(/(?![\t\n])[\p{Cc}\u202A-\u202E\u2066-\u2069\uFEFF]/gu, '')
    .replaceAll(/\p{Cs}/gu, '\uFFFD');
}
