/** What was asked for can't be a key; the message says why. */
export class ApiKeyError extends Error {
  override readonly name = 'ApiKeyError';
  readonly code = 'invalid';
}
