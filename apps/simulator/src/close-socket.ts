import type { WebSocket } from 'ws';
import { CUT, SERVER_ERROR } from './message-fate.ts';

/** How long a client may take to answer a close before its socket is cut. */
const GOODBYE_MS = 2_000;
/** RFC 6455, 5.5: a control frame carries 125 bytes, two of them the code. */
const LONGEST_REASON_BYTES = 123;

/**
 * Closes a client's WebSocket with the code a rule or the network gave.
 *
 * 1006 cuts without a close frame. WhatsApp's own codes (401, 440, 515, …) cannot travel in a close frame and go as
 * 4000 more, like 4440. Any other code that RFC 6455 keeps for itself becomes 1011.
 */
export function closeSocket(socket: WebSocket, code: number, reason = ''): void {
  if (code === CUT) {
    socket.terminate();
    return;
  }
  socket.close(closeCode(code), clip(reason));
  // A stopped client never answers; its half-open socket must not outlive the connection.
  const cut = setTimeout(() => {
    socket.terminate();
  }, GOODBYE_MS);
  socket.once('close', () => {
    clearTimeout(cut);
  });
}

export function closeCode(code: number): number {
  if (code >= 400 && code < 1000) return 4000 + code;
  if (code >= 3000 && code <= 4999) return code;
  const sendable = code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code);
  return sendable ? code : SERVER_ERROR;
}

function clip(reason: string): string {
  return Buffer.from(reason)
    .subarray(0, LONGEST_REASON_BYTES)
    .toString()
    .replace(/\uFFFD$/, '');
}
