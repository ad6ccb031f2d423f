import type { WebSocket } from 'ws';
import { closeSocket } from './close-socket.ts';
import { parseFrame } from './light-frames.ts';
import { LightLink } from './light-link.ts';
import type { Connection } from './link.ts';
import { SERVER_ERROR } from './message-fate.ts';
import type { Network } from './network.ts';
import type { Rules } from './rules.ts';

/** RFC 6455: data of a kind this end cannot accept. */
const UNACCEPTABLE = 1003;

interface LightServer {
  readonly network: Network;
  readonly rules: Rules;
}

/** Who a client says it is. */
export interface LightLogin {
  readonly device: string;
  /** Whether it says what it has taken over. */
  readonly confirms: boolean;
}

/**
 * Speaks the light protocol with one client, from its upgrade to its end.
 *
 * A rule on `login` closes, delays or hangs here: the client is connected and hears nothing. A `nack` closes, too.
 */
export function serveLightClient(socket: WebSocket, login: LightLogin, server: LightServer): void {
  // 'close' follows with the code; without a listener an error would end the process.
  socket.on('error', () => {});
  const rule = server.rules.take({ on: 'login', device: login.device });
  if (rule?.do === 'hang') return;
  if (rule?.do === 'close' || rule?.do === 'nack') {
    closeSocket(socket, rule.code ?? SERVER_ERROR);
    return;
  }
  if (rule?.do !== 'delay') {
    logIn(socket, login, server.network);
    return;
  }
  // What the client writes meanwhile waits in its socket.
  socket.pause();
  const wait = setTimeout(() => {
    socket.resume();
    logIn(socket, login, server.network);
  }, rule.ms);
  socket.once('close', () => {
    clearTimeout(wait);
  });
}

function logIn(socket: WebSocket, { device, confirms }: LightLogin, network: Network): void {
  const link = new LightLink(socket, { network, device, confirms });
  const connection = network.login(device, link);
  socket.on('message', (data: Buffer, isBinary) => {
    receiveFrame({ connection, link, network }, isBinary ? undefined : data.toString());
  });
  socket.on('close', (code) => {
    network.leave(connection, code);
  });
}

interface LightClient {
  readonly connection: Connection;
  readonly link: LightLink;
  readonly network: Network;
}

/** A malformed frame closes the connection and leaves no message in the ledger: nobody can say what it was. */
function receiveFrame({ connection, link, network }: LightClient, text: string | undefined): void {
  const frame =
    text === undefined
      ? ({ kind: 'malformed', reason: 'a frame must be text' } as const)
      : parseFrame(text);
  if (frame.kind === 'message') network.receive(connection, frame.message);
  else if (frame.kind === 'malformed') network.expel(connection, UNACCEPTABLE, frame.reason);
  else if (link.confirms) link.confirmed(frame.key);
  else network.expel(connection, UNACCEPTABLE, 'got: connect with confirm=true to confirm');
}
