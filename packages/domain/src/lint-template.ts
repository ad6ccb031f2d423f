import { allowedInTemplates, parseTemplate } from './template-engine.ts';
import { templateFailure } from './template-failure.ts';
import { renderTemplate } from './template.ts';
import { type TemplateUse, templateUses } from './template-uses.ts';

/** Something wrong with a text, and what to do about it. Lines and columns count from 1, inside the text. */
export type TemplateProblem = Readonly<{
  severity: 'error' | 'warning';
  line: number;
  column: number;
  message: string;
  fix: string;
}>;

export type TemplateLint = Readonly<{
  /** An error means that no contact can ever get this text; a warning, that some may not. */
  problems: readonly TemplateProblem[];
  /** The variables the text reads, each once, in order; empty when it cannot be parsed. */
  variables: readonly string[];
  /** Those of them without which the message is refused. */
  required: readonly string[];
}>;

/** What is wrong with a Liquid text before anybody is enrolled into it. See `renderTemplate`. */
export function lintTemplate(text: string): TemplateLint {
  try {
    const uses = templateUses(parseTemplate(text));
    const variables = namesOf(uses);
    const required = uses.filter((use) => use.required);
    const problems = [...required.map(toWarning), ...fixedText(text, variables)];
    return { problems, variables, required: namesOf(required) };
  } catch (error) {
    const { message, line, column } = templateFailure(error);
    const problem = { message, line: line ?? 1, column: column ?? 1 };
    const fix = `correct it; a text may use ${allowedInTemplates}`;
    return { problems: [{ severity: 'error', ...problem, fix }], variables: [], required: [] };
  }
}

function namesOf(uses: readonly TemplateUse[]): readonly string[] {
  return [...new Set(uses.map(({ name }) => name))];
}

function toWarning({ name, line, column }: TemplateUse): TemplateProblem {
  return {
    severity: 'warning',
    line,
    column,
    message: `a contact without "${name}" will not get this message`,
    fix: `write {{ ${name} | default: "…" }}, or test it with {% if ${name} %}`,
  };
}

/** A text without variables is the same for everybody, so what would refuse it is known now. */
function fixedText(text: string, variables: readonly string[]): readonly TemplateProblem[] {
  if (variables.length > 0) return [];
  const rendering = renderTemplate(text, {});
  if (rendering.kind === 'rendered') return [];
  const fix = 'change the text so that every contact gets 1 to 4096 characters';
  return [{ severity: 'error', line: 1, column: 1, message: rendering.reason, fix }];
}
