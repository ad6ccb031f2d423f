/** Settings that cannot be used; the message lists every problem with its name and the fix. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'config_invalid';
}
