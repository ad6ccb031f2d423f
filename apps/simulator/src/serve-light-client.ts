import type { WebSocket } from 'ws';
import { closeSocket } from './close-socket.ts';
import { ackFrame, noticeFrame, offlineDoneFrame, parseFrame } from './light-frames.ts';
import type { Connection, Link } from './link.ts';
import { SERVER_ERROR } from './message-fate.ts';
import type { Network } from './network.ts';
import type { Rules } from './rules.ts';

/** RFC 6455: data of a kind this end cannot accept. */
const UNACCEPTABLE = 1003;

interface LightServer {
  readonly network: Network;
  readonly rules: Rules;
}

/**
 * Speaks the light protocol with one client, from its upgrade to its end.
 *
 * A rule on `login` closes, delays or hangs here: the client is connected and hears nothing. A `nack` closes, too.
 */
export function serveLightClient(socket: WebSocket, device: string, server: LightServer): void {
  // 'close' follows with the code; without a listener an error would end the process.
  socket.on('error', () => {});
  const rule = server.rules.take({ on: 'login', device });
  if (rule?.do === 'hang') return;
  if (rule?.do === 'close' || rule?.do === 'nack') {
    closeSocket(socket, rule.code ?? SERVER_ERROR);
    return;
  }
  if (rule?.do !== 'delay') {
    logIn(socket, device, server.network);
    return;
  }
  // What the client writes meanwhile waits in its socket.
  socket.pause();
  const wait = setTimeout(() => {
    socket.resume();
    logIn(socket, device, server.network);
  }, rule.ms);
  socket.once('close', () => {
    clearTimeout(wait);
  });
}

function logIn(socket: WebSocket, device: string, network: Network): void {
  const connection = network.login(device, lightLink(socket));
  socket.on('message', (data: Buffer, isBinary) => {
    receiveFrame({ connection, network }, isBinary ? undefined : data.toString());
  });
  socket.on('close', (code) => {
    network.leave(connection, code);
  });
}

interface LightClient {
  readonly connection: Connection;
  readonly network: Network;
}

/** A malformed frame closes the connection and leaves no message in the ledger: nobody can say what it was. */
function receiveFrame({ connection, network }: LightClient, text: string | undefined): void {
  const frame =
    text === undefined
      ? ({ kind: 'malformed', reason: 'a frame must be text' } as const)
      : parseFrame(text);
  if (frame.kind === 'message') network.receive(connection, frame.message);
  else network.expel(connection, UNACCEPTABLE, frame.reason);
}

function lightLink(socket: WebSocket): Link {
  return {
    get open() {
      return socket.readyState === socket.OPEN;
    },
    confirms: false,
    welcome(kept) {
      for (const notice of kept) this.notify(notice);
      socket.send(offlineDoneFrame);
    },
    ack({ id }, error) {
      socket.send(ackFrame(id, error));
    },
    notify(notice) {
      const frame = noticeFrame(notice);
      if (frame !== undefined) socket.send(frame);
    },
    close(code, reason) {
      closeSocket(socket, code, reason);
    },
  };
}
