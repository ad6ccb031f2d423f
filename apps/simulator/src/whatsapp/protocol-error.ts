/** A client broke the protocol; the message says how, and holds nothing the client sent. */
export class ProtocolError extends Error {
  readonly code = 'PROTOCOL';
}
