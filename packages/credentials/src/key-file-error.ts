/** The file of wrapping keys can't be used; the message says where and what to do, and never holds a key. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
  readonly code = 'key_file_unusable';
}
