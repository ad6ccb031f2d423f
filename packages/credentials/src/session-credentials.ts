/**
 * What a session must remember over its life: opaque texts, by kind and id. Throws `DatabaseError` when Postgres can't
 * be reached.
 */
export type SessionCredentials = Readonly<{
  /** Holds only what there is. `unreadable`: something is there and can't be read, which is not the same as absent. */
  read(kind: string, ids: readonly string[]): Promise<CredentialReading>;
  /**
   * All changes at once or none, in the order of the calls. A call that throws may have been stored; those that were
   * waiting behind it are not made and throw too, so that nothing is stored on top of what is missing. Throws
   * `UnreadableCredentialsError` rather than write beside what can't be read, and `KeyFileError`.
   */
  write(changes: readonly CredentialChange[]): Promise<'written' | 'fenced'>;
  /**
   * Forgets all that is stored, readable or not, and stores these instead, under a new key: all of it or nothing. Without
   * any, nothing is left. Throws `KeyFileError`.
   */
  replace(changes: readonly CredentialChange[]): Promise<'written' | 'fenced'>;
}>;

export type CredentialReading =
  | Readonly<{ kind: 'read'; values: ReadonlyMap<string, string> }>
  /**
   * `key_missing`: the key file has not the key, or can't be read just now, so a mended file makes it readable again.
   * `damaged`: what is stored, or its key, is not what was written.
   */
  | Readonly<{ kind: 'unreadable'; cause: 'key_missing' | 'damaged'; reason: string }>;

/** `value` null: forget it. */
export type CredentialChange = Readonly<{ kind: string; id: string; value: string | null }>;
