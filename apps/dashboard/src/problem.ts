import type { Problem } from './wire.ts';

/** What every error code of the HTTP interface means. docs/api.md is generated from this table. */
export const problemCatalog = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'A key or a login is needed' },
  forbidden: { status: 403, title: 'This role may not do that' },
  foreign_origin: { status: 403, title: 'The request came from another site' },
  not_allowed: { status: 403, title: 'The rules of consent or of the sequence forbid it' },
  not_found: { status: 404, title: 'There is no such thing' },
  conflict: { status: 409, title: 'It is in a state in which this can’t be done' },
  key_in_use: { status: 409, title: 'A request with this Idempotency-Key is being worked on' },
  key_reused: { status: 422, title: 'This Idempotency-Key was used for another request' },
  too_large: { status: 413, title: 'The body is too large' },
  unsupported: { status: 415, title: 'The content type is not supported' },
  unavailable: { status: 503, title: 'Postgres or Redis can’t be reached' },
  internal: { status: 500, title: 'Something broke that should not' },
} as const;

export type ProblemCode = keyof typeof problemCatalog;

/** Ends a request with a problem. `detail` is for people: no secrets, no phone numbers. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly detail: string | undefined;

  constructor(code: ProblemCode, detail?: string, options?: ErrorOptions) {
    super(detail ?? problemCatalog[code].title, options);
    this.code = code;
    this.detail = detail;
  }
}

/** As application/problem+json has it; `code` is what programs go by. */
export function problemOf(code: ProblemCode, detail?: string): Problem {
  const { status, title } = problemCatalog[code];
  return {
    type: `urn:dripfleet:problem:${code}`,
    title,
    status,
    code,
    ...(detail !== undefined && { detail }),
  };
}
