/**
 * - `postgres_not_found`, `redis_not_found`: nothing on this machine runs; the message says what to install.
 * - `cache_folder_unusable`: the cache folder cannot be made or is not safe to run programs from.
 * - `version_mismatch`: the kept data needs another PostgreSQL than the ones found.
 * - `password_missing`: the file with the password of the kept data is not there.
 * - `data_in_use`: another start holds this data folder.
 * - `start_failed`: a server would not start; the message ends with the end of its log.
 * - `server_died`: a running server ended by itself; the message ends with the end of its log.
 */
export type EmbeddedErrorCode =
  | 'postgres_not_found'
  | 'redis_not_found'
  | 'cache_folder_unusable'
  | 'version_mismatch'
  | 'password_missing'
  | 'data_in_use'
  | 'start_failed'
  | 'server_died';

/** Why the embedded servers are not there. The message is meant for the person at the terminal. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
  readonly code: EmbeddedErrorCode;

  constructor(code: EmbeddedErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
