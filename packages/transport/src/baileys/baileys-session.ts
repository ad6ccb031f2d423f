import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DurationMs } from '@dripfleet/domain';
import type { Session, SessionRequest } from '../session.ts';
import { Acknowledgements } from './acknowledgements.ts';
import type { AuthStore } from './auth-store.ts';
import { type Connection, startConnection } from './connection.ts';
import { sessionEnd } from './ending.ts';
import { InboundMessages } from './inbound-messages.ts';
import type { Baileys } from './load-baileys.ts';
import type { MediaFiles } from './media/media-files.ts';
import { MessageContent } from './message-content.ts';
import { MessageSender } from './message-sender.ts';
import { offlineItemsDone } from './offline-items.ts';
import { reportReceipts } from './receipts.ts';
import { findSentMessage } from './sent-message.ts';
import { deviceCache, type SocketOptions, socketOptions } from './socket-options.ts';
import { tapEvents } from './tap-events.ts';
import { TimeLock } from './time-lock.ts';

export type SessionParts = Readonly<{
  baileys: Baileys;
  store: AuthStore;
  files: MediaFiles;
  socket: Omit<SocketOptions, 'store' | 'devices' | 'getMessage'>;
  ackTimeout: DurationMs;
  typingTime: DurationMs;
}>;

/** Connects; the session is of use when `connection.opened` resolves. Nothing is lost meanwhile: all listen by then. */
export function startSession(
  parts: SessionParts,
  request: SessionRequest,
): Readonly<{ connection: Connection; session: Session }> {
  const { baileys, store, files } = parts;
  const { gate, events, findMessage } = request;
  const devices = deviceCache();
  const options = socketOptions(baileys, {
    ...parts.socket,
    store,
    devices,
    getMessage: async (key) =>
      await findSentMessage(baileys, { sock, content }, { key, findMessage }),
  });
  const connection = startConnection(baileys, options, gate);
  const { sock } = connection;
  const content = new MessageContent(baileys, files, sock);
  store.onFailure = (failure) => connection.cut({ kind: 'store', failure });
  sock.ev.on('creds.update', () => store.saveCreds());
  const acknowledgements = new Acknowledgements(sock);
  const tap = tapEvents(sock);
  const inbound = new InboundMessages(baileys, { sock, tap }, events.onInbound);
  reportReceipts(tap, acknowledgements, events.onReceipt);
  const timeLock = new TimeLock(sock, events.onTimeLock);
  const sender = new MessageSender({
    connection,
    acknowledgements,
    content,
    devices,
    timeLock,
    gate,
    ackTimeout: parts.ackTimeout,
    typingTime: parts.typingTime,
  });
  const caughtUp = async (): Promise<void> => {
    await Promise.race([offlineItemsDone(sock), connection.ended]);
    await inbound.handedOver();
  };
  const session: Session = {
    caughtUp: caughtUp(),
    send: (message, mayWrite) => sender.send(message, mayWrite),
    close: async () => {
      await store.idle();
      connection.close();
      await connection.ended;
      // What is confirmed to WhatsApp in the tick of the end is emitted in the next.
      await nextTurn();
      await inbound.handedOver();
      await store.idle();
      store.seal();
    },
    terminate: () => connection.cut({ kind: 'ours' }),
  };
  return { connection, session };
}

/** Tells of the end; once, for a session that was handed out. */
export function reportEnd({ ended }: Connection, onEnd: SessionRequest['events']['onEnd']): void {
  void ended.then((ending) => onEnd(sessionEnd(ending)));
}
