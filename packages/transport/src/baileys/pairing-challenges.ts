import { durationMs, type PhoneNumber } from '@dripfleet/domain';
import type { BinaryNode } from '@whiskeysockets/baileys';
import type { PairingRequest } from '../session.ts';
import type { Connection } from './connection.ts';

/** How long a QR code is good, ms: the first for a minute, the five after it for 20 s each. */
const qrValidity = { first: durationMs(60_000), later: durationMs(20_000) };
/** A code to type lasts as long as all QR codes together. */
const codeValidity = durationMs(160_000);

export type Challenged = Readonly<{
  connection: Connection;
  /** The array that the connection was made with. */
  browser: [string, string, string];
  request: PairingRequest;
}>;

/** Shows what the phone must scan or type; `onShown` is called with the first sign of life of WhatsApp. */
export function showChallenges(challenged: Challenged, onShown: () => void): void {
  const { connection, request } = challenged;
  let first = true;
  connection.sock.ev.on('connection.update', ({ qr }) => {
    if (qr === undefined) return;
    onShown();
    if (request.method.kind === 'qr') {
      const validFor = first ? qrValidity.first : qrValidity.later;
      request.onChallenge({ kind: 'qr', content: qr, validFor });
    } else if (first) {
      showCode(challenged, request.method.phone);
    }
    first = false;
  });
}

/**
 * Asks for a code. WhatsApp accepts it from known browsers on known systems only (400 else, which Baileys does not look
 * at), unlike the registration before it; so the phone shows our name in the list of its devices all the same.
 */
function showCode({ connection, browser, request }: Challenged, phone: PhoneNumber): void {
  const { sock } = connection;
  browser[0] = 'Windows';
  sock.ws.on('CB:iq,type:error', ({ content }: BinaryNode) => {
    const [error] = Array.isArray(content) ? content : [];
    connection.cut({ kind: 'whatsapp', code: Number(error?.attrs['code'] ?? 0) });
  });
  sock.requestPairingCode(phone.slice(1)).then(
    (content) => request.onChallenge({ kind: 'code', content, validFor: codeValidity }),
    () => connection.cut({ kind: 'network', code: 0 }),
  );
}
