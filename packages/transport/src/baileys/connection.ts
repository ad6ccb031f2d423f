import { EventEmitter } from 'node:events';
import type { UserFacingSocketConfig, WASocket } from '@whiskeysockets/baileys';
import { deferred } from '../deferred.ts';
import type { Gate } from '../session.ts';
import { endingOf, type Ending } from './ending.ts';
import { FrameGate, type RawSocket } from './frame-gate.ts';
import type { Baileys } from './load-baileys.ts';

/** One socket of Baileys, from its making to its one end. Baileys never reconnects by itself. */
export type Connection = Readonly<{
  sock: WASocket;
  frames: FrameGate;
  /** Resolves when logged in; never, when it ends before. */
  opened: Promise<void>;
  /** Resolves once, however it ends. */
  ended: Promise<Ending>;
  /** Aborted when it has ended: for what must not leave a trace on a promise that lasts as long as the session. */
  over: AbortSignal;
  /** Closes in order. */
  close(): void;
  /** Ends it in this tick, for this reason. */
  cut(ending: Ending): void;
}>;

/** Connects, without waiting for anything. Everything that wants events must listen in this tick. */
export function startConnection(
  baileys: Baileys,
  config: UserFacingSocketConfig,
  gate: Gate,
): Connection {
  const sock = catchingRejections(() => baileys.makeWASocket(config));
  const raw = rawSocket(sock);
  const frames = new FrameGate(raw, gate);
  const opened = deferred();
  const ended = deferred<Ending>();
  const over = new AbortController();
  void ended.promise.then(() => over.abort());
  let reason: Ending | undefined;
  sock.ev.on('connection.update', ({ connection, lastDisconnect }) => {
    if (connection === 'open') opened.resolve();
    if (connection === 'close') ended.resolve(reason ?? endingOf(lastDisconnect?.error));
  });
  // `ws` leaves it to the listener, which Baileys is without doing anything: such a socket would hang for ever.
  sock.ws.on('unexpected-response', (_request: unknown, response: { statusCode?: number }) => {
    cut({ kind: 'http', code: response.statusCode ?? 0 });
  });
  // What Baileys makes of a lost connection comes first; this is for the case that it makes nothing of it.
  raw.once('close', (code) => {
    setTimeout(() => ended.resolve(reason ?? { kind: 'network', code }), 1_000).unref();
  });
  const cut = (ending: Ending) => {
    reason ??= ending;
    frames.cut();
  };
  return {
    sock,
    frames,
    opened: opened.promise,
    ended: ended.promise,
    over: over.signal,
    close: () => {
      reason ??= { kind: 'ours' };
      void sock.end(undefined);
    },
    cut,
  };
}

/** Its connection, which is not part of Baileys' interface. */
function rawSocket({ ws }: WASocket): RawSocket {
  const socket: unknown = Reflect.get(ws, 'socket');
  if (isRawSocket(socket)) return socket;
  throw new TypeError('this version of Baileys keeps its WebSocket elsewhere');
}

function isRawSocket(value: unknown): value is RawSocket {
  const needed = ['send', 'close', 'terminate', 'once'];
  return (
    typeof value === 'object' &&
    value !== null &&
    needed.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

/**
 * Baileys' listeners are async and answer the network without catching: a frame that arrives with the end of the
 * connection would end this process, and hundreds of sessions with it.
 */
function catchingRejections(make: () => WASocket): WASocket {
  const before = EventEmitter.captureRejections;
  EventEmitter.captureRejections = true;
  try {
    const sock = make();
    Object.assign(sock.ws, { [EventEmitter.captureRejectionSymbol]: () => {} });
    const events: Readonly<{ on(event: string, listener: () => void): void }> = sock.ev;
    events.on('error', () => {});
    return sock;
  } finally {
    EventEmitter.captureRejections = before;
  }
}
