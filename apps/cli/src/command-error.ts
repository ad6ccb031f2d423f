/** Why a command can't be carried out; the message is for a person and says what to do instead. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: 'usage' | 'failed' | 'not_found' | 'not_allowed' | 'conflict';

  constructor(code: CommandError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
