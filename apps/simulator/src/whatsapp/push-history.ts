import { randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { proto } from '@whiskeysockets/baileys';
import { jidOf, lidOf } from './address.ts';
import type { LoggedInParts } from './logged-in-parts.ts';
import { beginSession } from './notice-writer.ts';
import { sessionName } from './session-name.ts';
import { secondsNow, stanza } from './stanza.ts';

const { HistorySyncType } = proto.HistorySync;
const { Type } = proto.Message.ProtocolMessage;

/**
 * Sends a newly linked client the history its phone has: none.
 *
 * Without it a client waits 20 s before it tells anybody of the messages that come.
 */
export async function pushHistory({ socket, server, companion }: LoggedInParts): Promise<void> {
  await companion.untilBundled();
  if (!socket.open || !companion.awaitsHistory) return;
  companion.awaitsHistory = false;
  const { phone } = companion;
  const session = sessionName(phone, companion);
  await beginSession(server.phones, session, companion);
  const { type, bytes } = await server.phones.encrypt(session, historyOf(phone));
  const id = `3A${randomBytes(9).toString('hex').toUpperCase()}`;
  const from = { from: jidOf(phone), peer_recipient_lid: lidOf(phone) };
  const attrs = { id, ...from, type: 'text', category: 'peer', t: secondsNow() };
  socket.send(stanza('message', attrs, [stanza('enc', { v: '2', type }, bytes)]));
}

function historyOf(phone: string): proto.IMessage {
  const history = proto.HistorySync.encode({
    syncType: HistorySyncType.INITIAL_BOOTSTRAP,
    conversations: [],
    phoneNumberToLidMappings: [{ pnJid: jidOf(phone), lidJid: lidOf(phone) }],
  }).finish();
  return {
    protocolMessage: {
      type: Type.HISTORY_SYNC_NOTIFICATION,
      historySyncNotification: {
        syncType: proto.Message.HistorySyncType.INITIAL_BOOTSTRAP,
        chunkOrder: 1,
        progress: 100,
        initialHistBootstrapInlinePayload: deflateSync(history),
      },
    },
  };
}
