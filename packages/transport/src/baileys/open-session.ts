import { ConnectError, type Gate, type Session, type SessionRequest } from '../session.ts';
import { AuthStore } from './auth-store.ts';
import { reportEnd, type SessionParts, startSession } from './baileys-session.ts';
import type { Connection } from './connection.ts';
import { connectError } from './ending.ts';
import { loadIdentity } from './load-identity.ts';

/** Opens a session with the identity that is stored. `signal` gives up. */
export async function openSession(
  parts: Omit<SessionParts, 'store'>,
  request: SessionRequest,
  signal: AbortSignal,
): Promise<Session> {
  const { credentials, gate, phone, events } = request;
  assertMayConnect(gate, signal);
  const creds = await loadIdentity(parts.baileys, credentials, phone);
  // Again: reading took its time.
  assertMayConnect(gate, signal);
  const store = new AuthStore(parts.baileys, { credentials, creds });
  const { connection, session } = startSession({ ...parts, store }, request);
  await untilOpen(connection, parts.socket.connectTimeout, signal);
  reportEnd(connection, events.onEnd);
  return session;
}

/** @throws ConnectError `fenced` */
export function assertMayConnect(gate: Gate, signal: AbortSignal): void {
  if (gate() || signal.aborted) throw new ConnectError('fenced', 'fenced before the connect');
}

/**
 * Resolves when logged in. The watchdog is needed: for some failures Baileys waits without an end.
 *
 * @param timeout ms
 * @throws ConnectError
 */
export async function untilOpen(
  connection: Connection,
  timeout: number,
  signal: AbortSignal,
): Promise<void> {
  const abort = () => connection.cut({ kind: 'aborted' });
  signal.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(() => connection.cut({ kind: 'timed_out' }), timeout);
  try {
    const ending = await Promise.race([connection.opened.then(() => undefined), connection.ended]);
    if (ending) throw connectError(ending);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
