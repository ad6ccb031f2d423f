import type { PhoneNumber } from '@dripfleet/domain';
import { ConnectError, type PairingRequest } from '../session.ts';
import { AuthStore } from './auth-store.ts';
import type { SessionParts } from './baileys-session.ts';
import { type Connection, startConnection } from './connection.ts';
import { connectError, type Ending } from './ending.ts';
import { phoneOfCreds } from './load-identity.ts';
import { assertMayConnect, untilOpen } from './open-session.ts';
import { showChallenges } from './pairing-challenges.ts';
import { deviceCache, socketOptions } from './socket-options.ts';
import { unstoredCredentials } from './unstored-credentials.ts';

type PairingParts = Omit<SessionParts, 'store'>;

/** Baileys' code for a time that ran out: after a challenge, for the last QR code. */
const timedOut = 408;

/**
 * Links a device to a phone, and stores the new identity once the right phone has linked it: until then what is stored
 * stays, for it may be all that the device has. `signal` gives up.
 */
export async function pairDevice(
  parts: PairingParts,
  request: PairingRequest,
  signal: AbortSignal,
): Promise<PhoneNumber> {
  const { baileys } = parts;
  const { gate, credentials, expected } = request;
  assertMayConnect(gate, signal);
  const memory = unstoredCredentials();
  const store = new AuthStore(baileys, { credentials: memory, creds: baileys.initAuthCreds() });
  const ending = await link({ parts, request, store }, signal);
  await store.idle();
  const phone = phoneOfCreds(baileys, store.creds);
  if (store.failure) throw connectError({ kind: 'store', failure: store.failure });
  // Whatever ended it: a phone that has given its account may have linked the device, which the first login tells.
  if (!store.creds.account || !phone) {
    throw 'expired' in ending ? expired() : connectError(ending);
  }
  if (expected !== undefined && expected !== phone) {
    await unlink({ parts, request, store }, signal);
    throw new ConnectError('wrong_account', 'the phone that was linked has another number');
  }
  store.seal();
  if ((await credentials.replace(memory.changes())) === 'written') return phone;
  throw new ConnectError('fenced', 'the device went to another worker');
}

type Pairing = Readonly<{ parts: PairingParts; request: PairingRequest; store: AuthStore }>;
type LinkEnding = Ending | Readonly<{ expired: true }>;

/** Shows the challenges until the phone has taken one: then WhatsApp ends the connection, asking for a login. */
async function link({ parts, request, store }: Pairing, signal: AbortSignal): Promise<LinkEnding> {
  const { connection, browser } = connect({ parts, request, store });
  const abort = () => connection.cut({ kind: 'aborted' });
  signal.addEventListener('abort', abort, { once: true });
  const silent = () => connection.cut({ kind: 'timed_out' });
  const timer = setTimeout(silent, parts.socket.connectTimeout);
  let shown = false;
  showChallenges({ connection, browser, request }, () => {
    shown = true;
    clearTimeout(timer);
  });
  try {
    const ending = await connection.ended;
    const ranOut = ending.kind === 'network' && ending.code === timedOut && shown;
    const givenUp = ending.kind === 'aborted' && request.gate() === undefined;
    return ranOut || givenUp ? { expired: true } : ending;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** Takes back a link to the wrong phone, as well as it can be done. */
async function unlink(pairing: Pairing, signal: AbortSignal): Promise<void> {
  const { connection } = connect(pairing);
  try {
    await untilOpen(connection, pairing.parts.socket.connectTimeout, signal);
    await connection.sock.logout();
    await connection.ended;
  } catch {
    // Its owner still sees it among the linked devices.
    connection.cut({ kind: 'ours' });
  }
  await pairing.store.idle();
}

function connect({ parts, request, store }: Pairing): {
  connection: Connection;
  browser: [string, string, string];
} {
  const options = socketOptions(parts.baileys, {
    ...parts.socket,
    store,
    devices: deviceCache(),
    getMessage: () => Promise.resolve(undefined),
  });
  const connection = startConnection(parts.baileys, options, request.gate);
  store.onFailure = (failure) => connection.cut({ kind: 'store', failure });
  connection.sock.ev.on('creds.update', () => store.saveCreds());
  return { connection, browser: options.browser };
}

function expired(): ConnectError {
  return new ConnectError('expired', 'nobody linked the phone in time');
}
