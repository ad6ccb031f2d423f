import { WebSocket } from 'ws';
import {
  ConnectError,
  type Session,
  type SessionRequest,
  type Transport,
  type TransportTimings,
} from '../session.ts';
import { simulatedSession } from './simulated-session.ts';

/**
 * The transport of the demo and the engine benchmarks: the simulator's light protocol. `url` is the simulator's,
 * `ws://host:port`.
 */
export function simulatedTransport(url: string, timings: TransportTimings): Transport {
  return {
    open: (request, signal) => open(url, { request, timings, signal }),
    // oxlint-disable-next-line typescript/promise-function-async -- nothing is awaited
    pair: () => Promise.reject(new ConnectError('unsupported', 'simulated devices need no phone')),
  };
}

function open(
  url: string,
  options: { request: SessionRequest; timings: TransportTimings; signal: AbortSignal },
): Promise<Session> {
  const { request, timings, signal } = options;
  if (request.gate() || signal.aborted) {
    return Promise.reject(new ConnectError('fenced', 'fenced before the connect'));
  }
  return new Promise((resolve, reject) => {
    const device = encodeURIComponent(request.phone);
    const socket = new WebSocket(`${url}/light?device=${device}&confirm=true`, {
      handshakeTimeout: timings.connectTimeout,
      perMessageDeflate: false,
    });
    const abort = () => socket.terminate();
    signal.addEventListener('abort', abort, { once: true });
    const fail = (error: ConnectError) => {
      signal.removeEventListener('abort', abort);
      reject(error);
    };
    const unreachable = () => fail(new ConnectError('unreachable', 'no connection to the network'));
    socket.once('error', unreachable);
    socket.once('unexpected-response', (_request, response) => {
      fail(new ConnectError('refused', `the network answered ${response.statusCode ?? 0}`));
      socket.terminate();
    });
    socket.once('open', () => {
      signal.removeEventListener('abort', abort);
      socket.off('error', unreachable);
      // Made in this tick: the first frames may arrive with the handshake.
      resolve(simulatedSession(socket, request, timings));
    });
  });
}
