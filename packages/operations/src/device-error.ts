/** What the caller asked for can't be done; the message says why and what to do instead. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
  readonly code: 'not_found' | 'conflict' | 'invalid';

  constructor(code: DeviceError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
