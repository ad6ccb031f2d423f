import type { Companion } from './companion.ts';
import type { StanzaSocket } from './stanza-socket.ts';
import type { WhatsappServer } from './whatsapp-server.ts';

/** One logged-in client: its socket, the device it is, and the server it talks to. */
export interface LoggedInParts {
  readonly socket: StanzaSocket;
  readonly server: WhatsappServer;
  readonly companion: Companion;
}
