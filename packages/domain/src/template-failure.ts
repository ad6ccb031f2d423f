import { LiquidError } from 'liquidjs';

/** Why a text cannot be parsed or rendered; the place counts from 1 and is missing when nobody knows it. */
export type TemplateFailure = Readonly<{
  message: string;
  line: number | undefined;
  column: number | undefined;
}>;

/** Translates what liquidjs throws. It quotes the author's text at most, never a contact's values. */
export function templateFailure(error: unknown): TemplateFailure {
  if (!LiquidError.is(error)) return { ...nowhere, message: ownMessage(error) };
  const [line, column] = error.token.getPosition();
  const cause = error.originalError;
  if (hasCode(cause, 'too_long')) return { message: cause.message, line, column };
  const missing = missingVariable(cause);
  if (missing !== undefined) {
    return { message: `the contact has no "${missing}", and it has no default`, line, column };
  }
  // Ends in `, line:1, col:7`, which is told apart.
  return { message: error.message.replace(/, line:\d+, col:\d+$/, ''), line, column };
}

const nowhere = { line: undefined, column: undefined };

function ownMessage(error: unknown): string {
  if (hasCode(error, 'too_long')) return error.message;
  // Blocks nested hundreds of levels deep exhaust the stack of the parser.
  return error instanceof RangeError
    ? 'the text is nested too deeply'
    : 'the text cannot be rendered';
}

function hasCode(error: unknown, code: string): error is Error {
  return error instanceof Error && 'code' in error && error.code === code;
}

function missingVariable(cause: unknown): string | undefined {
  return cause instanceof Error && 'variableName' in cause && typeof cause.variableName === 'string'
    ? cause.variableName
    : undefined;
}
