import type { Stanza } from './stanza.ts';

/** What a client is after its handshake: one that logged in, or one that wants to be linked. */
export interface ClientStage {
  take(stanza: Stanza): void;
  /** The client broke the protocol. */
  expel(code: number): void;
  /** The client's connection is gone. */
  leave(code: number): void;
}
