/** What is stored of a device can't be read, so nothing may be written over it. Forget it first, by pairing anew. */
export class UnreadableCredentialsError extends Error {
  override readonly name = 'UnreadableCredentialsError';
  readonly code = 'credentials_unreadable';
}
