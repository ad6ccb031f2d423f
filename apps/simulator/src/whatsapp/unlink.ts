import type { LoggedInParts } from './logged-in-parts.ts';
import type { WhatsappServer } from './whatsapp-server.ts';

/** "Logged out": the code of a device that is linked no more. */
const LOGGED_OUT = 401;

/** The phone removes an account's linked devices. Says whether there were any. */
export function unlink(phone: string, server: WhatsappServer): boolean {
  if (server.companions.unlink(phone) === 0) return false;
  server.timeLocks.delete(phone);
  server.network.unpair(phone);
  server.network.end(phone, LOGGED_OUT);
  return true;
}

/** A client asked to be removed: it gets its answer, then the end. */
export function unlinkItself({ server, companion }: LoggedInParts): void {
  server.network.afterLedger(() => unlink(companion.phone, server));
}
