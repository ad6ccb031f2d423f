import { type DurationMs, epochMs, type SendResult } from '@dripfleet/domain';
import type { proto } from '@whiskeysockets/baileys';
import { deferred } from '../deferred.ts';
import type { Gate, OutboundMessage } from '../session.ts';
import type { Acknowledgement, Acknowledgements } from './acknowledgements.ts';
import type { Connection } from './connection.ts';
import type { MessageInHand } from './frame-gate.ts';
import { notSentReason, userOf } from './recipient.ts';

export type TransmitParts = Readonly<{
  connection: Connection;
  acknowledgements: Acknowledgements;
  ackTimeout: DurationMs;
}>;

/** From the hand-over to Baileys to the write, ms; on the way it asks the network for keys, 15 s at most each time. */
const writeTimeout = 45_000;

/**
 * Hands one message to Baileys and waits for what becomes of it: the server's answer, or the time or the connection
 * that ran out. That Baileys resolves proves a write and nothing more.
 */
export async function transmit(
  { connection, acknowledgements, ackTimeout }: TransmitParts,
  message: OutboundMessage,
  { content, gate }: Readonly<{ content: proto.IMessage; gate: Gate }>,
): Promise<SendResult> {
  const { sock, frames, over } = connection;
  const result = deferred<SendResult>();
  const inHand: MessageInHand = {
    gate,
    recipient: userOf(message.toJid),
    sealed: false,
    addressed: false,
    handedOver: false,
    mayHaveLeft: false,
    refused: undefined,
    onLeft: () => {
      clearTimeout(timer);
      timer = setTimeout(() => result.resolve(unconfirmed('ack_timeout')), ackTimeout);
    },
  };
  let timer = setTimeout(() => {
    // It could still leave, later.
    connection.cut({ kind: 'timed_out' });
    result.resolve({ kind: 'not_sent', reason: 'network_busy' });
  }, writeTimeout);
  void acknowledgements
    .expect(message.messageId)
    .then((answer) => result.resolve(answerResult(answer, inHand)));
  const end = () => result.resolve(endResult(inHand));
  over.addEventListener('abort', end, { once: true });
  if (over.aborted) end();
  frames.hold(inHand);
  sock
    .relayMessage(message.toJid, content, { messageId: message.messageId })
    .catch((error: unknown) => {
      // After the write only the server knows; it answers, or the connection ends.
      if (inHand.mayHaveLeft) return;
      result.resolve({ kind: 'not_sent', reason: inHand.refused ?? notSentReason(sock, error) });
    })
    .finally(() => {
      inHand.handedOver = true;
    });
  try {
    const outcome = await result.promise;
    // No answer, and Baileys is still at it: it could leave later, without its gate.
    if (outcome.kind === 'unconfirmed' && !inHand.handedOver) connection.cut({ kind: 'timed_out' });
    return outcome;
  } finally {
    clearTimeout(timer);
    over.removeEventListener('abort', end);
    frames.release(inHand);
    acknowledgements.forget(message.messageId);
  }
}

function answerResult(answer: Acknowledgement, inHand: MessageInHand): SendResult {
  if (answer.kind === 'refused') return { kind: 'rejected', code: answer.code };
  // For our own phone alone: its recipient was lost between the lookup and now.
  if (!inHand.addressed) return { kind: 'not_sent', reason: 'network_busy' };
  return { kind: 'accepted', at: epochMs(Date.now()) };
}

function endResult({ mayHaveLeft, refused }: MessageInHand): SendResult {
  return mayHaveLeft
    ? unconfirmed('closed_after_write')
    : { kind: 'not_sent', reason: refused ?? 'closed_before_write' };
}

function unconfirmed(reason: 'ack_timeout' | 'closed_after_write'): SendResult {
  return { kind: 'unconfirmed', reason };
}
