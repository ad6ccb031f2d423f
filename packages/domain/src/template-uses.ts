import {
  CaseTag,
  type Expression,
  IfTag,
  type Template,
  TypeGuards,
  UnlessTag,
  Value,
} from 'liquidjs';

/** One place where a text reads a variable. Lines and columns count from 1. */
export type TemplateUse = Readonly<{
  name: string;
  line: number;
  column: number;
  /** Without a value the message is refused here: no `default`, not in a condition, not guarded by one. */
  required: boolean;
}>;

/** Every read of a variable that the text did not assign itself, in the order of the text. */
export function templateUses(templates: readonly Template[]): readonly TemplateUse[] {
  const uses: TemplateUse[] = [];
  walk(templates, { guarded: new Set(), assigned: new Set(), uses });
  return uses;
}

type Walk = Readonly<{
  /** Names that a surrounding condition tests: inside it they are there. */
  guarded: ReadonlySet<string>;
  /** Names that `assign` made; shared, since an assignment outlives its block. */
  assigned: Set<string>;
  uses: TemplateUse[];
}>;

function walk(templates: readonly Template[], state: Walk): void {
  for (const template of templates) {
    if (template instanceof IfTag) walkIf(template, state);
    else if (template instanceof UnlessTag) walkUnless(template, state);
    else if (template instanceof CaseTag) walkCase(template, state);
    else walkPlain(template, state);
  }
}

function walkIf({ branches, elseTemplates }: IfTag, state: Walk): void {
  for (const { value, templates } of branches) {
    walk(templates, within(state, readCondition(value, state)));
  }
  walk(elseTemplates ?? [], state);
}

function walkUnless({ branches, elseTemplates }: UnlessTag, state: Walk): void {
  const [first, ...others] = branches;
  if (!first) return;
  const tested = readCondition(first.value, state);
  walk(first.templates, state);
  for (const { value, templates } of others) {
    walk(templates, within(state, readCondition(value, state)));
  }
  walk(elseTemplates, within(state, tested));
}

function walkCase({ value, branches, elseTemplates }: CaseTag, state: Walk): void {
  const tested = readCondition(value, state);
  for (const { templates } of branches) walk(templates, within(state, tested));
  walk(elseTemplates, state);
}

function walkPlain(template: Template, state: Walk): void {
  for (const argument of template.arguments?.() ?? []) {
    if (argument instanceof Value) readValue(argument, state);
    else read(argument, state, true);
  }
  for (const local of template.localScope?.() ?? []) state.assigned.add(local.content);
}

function within(state: Walk, tested: readonly string[]): Walk {
  return { ...state, guarded: new Set([...state.guarded, ...tested]) };
}

/** The variables of a condition may be missing there; their names are returned. */
function readCondition({ initial, filters }: Value, state: Walk): readonly string[] {
  readFilters(filters, state);
  return readExpression(initial, state, false);
}

function readValue({ initial, filters }: Value, state: Walk): void {
  // Only a `default` that comes first sees the missing value; behind another filter it is too late.
  readExpression(initial, state, filters[0]?.name !== 'default');
  readFilters(filters, state);
}

function readFilters(filters: Value['filters'], state: Walk): void {
  for (const { args } of filters) {
    for (const arg of args) read(Array.isArray(arg) ? arg[1] : arg, state, true);
  }
}

function readExpression({ postfix }: Expression, state: Walk, required: boolean): string[] {
  return postfix.flatMap((token) => read(token, state, required));
}

function read(token: unknown, state: Walk, required: boolean): string[] {
  if (TypeGuards.isRangeToken(token)) {
    return [...read(token.lhs, state, required), ...read(token.rhs, state, required)];
  }
  if (!TypeGuards.isPropertyAccessToken(token)) return [];
  const [root, ...inner] = token.props;
  // The index in `prices[size]`.
  for (const prop of inner) read(prop, state, true);
  const name = token.variable ? undefined : root && nameOf(root);
  if (name === undefined || state.assigned.has(name)) return [];
  const [line = 1, column = 1] = token.getPosition();
  state.uses.push({ name, line, column, required: required && !state.guarded.has(name) });
  return [name];
}

function nameOf(token: unknown): string | undefined {
  return TypeGuards.isWordToken(token) ? token.content : undefined;
}
