import {
  epochMs,
  type MessageId,
  phoneNumber,
  phoneOfJid,
  type SendResult,
  type UnconfirmedReason,
} from '@dripfleet/domain';
import type { WebSocket } from 'ws';
import { deferred } from '../deferred.ts';
import type {
  Gate,
  OutboundMessage,
  Session,
  SessionEnd,
  SessionRequest,
  Taken,
  TransportTimings,
} from '../session.ts';
import { parseFrame } from './light-frames.ts';

/** The simulator closes the older of two connections of a device with this code. */
const replacedCode = 4440;

/**
 * Tells the network that something has arrived, once it is stored: what was only in the memory of a process that died
 * comes again.
 */
type Confirm = (
  got: Readonly<{ id: string; kind: 'delivered' | 'read' | 'inbound' }>,
  taking: void | Promise<Taken>,
) => Promise<void>;

/** A device's session over the simulator's light protocol. The socket is open. */
export function simulatedSession(
  socket: WebSocket,
  { gate, events }: SessionRequest,
  { ackTimeout }: TransportTimings,
): Session {
  const waiting = new Map<string, (result: SendResult) => void>();
  let closing = false;
  const caughtUp = deferred();
  const closed = new Promise<void>((resolve) => {
    socket.once('close', (code: number) => {
      for (const settle of waiting.values()) settle(unconfirmed('closed_after_write'));
      caughtUp.resolve();
      resolve();
      events.onEnd({ kind: endKind(code, closing), code });
    });
  });
  const confirm: Confirm = async (got, taking) => {
    if ((await taking) === 'not_stored') return;
    if (socket.readyState === socket.OPEN && gate() === undefined) {
      socket.send(JSON.stringify({ got }));
    }
  };
  socket.on('error', () => {});
  socket.on('message', (data: Buffer) => {
    const frame = parseFrame(data.toString());
    if (frame === undefined) return;
    if ('ack' in frame) waiting.get(frame.ack.id)?.(toResult(frame.ack.error));
    else if ('offline_done' in frame) caughtUp.resolve();
    else if ('receipt' in frame) {
      const { id, kind } = frame.receipt;
      // It is on the contact's phone, acknowledged or not.
      waiting.get(id)?.(toResult(undefined));
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the brand is made here
      void confirm({ id, kind }, events.onReceipt({ messageId: id as MessageId, kind }));
    } else {
      const { id, from, text } = frame.inbound;
      const message = { messageId: id, from: phoneNumber(from), text, at: epochMs(Date.now()) };
      void confirm({ id, kind: 'inbound' }, events.onInbound(message));
    }
  });
  return {
    caughtUp: caughtUp.promise,
    send: (message, mayWrite) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => settle(unconfirmed('ack_timeout')), ackTimeout);
        const settle = (result: SendResult) => {
          clearTimeout(timer);
          waiting.delete(message.messageId);
          resolve(result);
        };
        waiting.set(message.messageId, settle);
        const refusal = write(socket, message, () => gate() ?? mayWrite());
        if (refusal) settle(refusal);
      }),
    close: () => {
      closing = true;
      socket.close(1000);
      return closed;
    },
    terminate: () => {
      closing = true;
      socket.terminate();
    },
  };
}

function write(socket: WebSocket, message: OutboundMessage, gate: Gate): SendResult | undefined {
  const to = phoneOfJid(message.toJid);
  if (to === undefined) return { kind: 'rejected', code: 'not_a_user' };
  const frame = JSON.stringify({ message: { id: message.messageId, to, text: message.body } });
  if (socket.readyState !== socket.OPEN) return { kind: 'not_sent', reason: 'closed_before_write' };
  const reason = gate();
  if (reason) return { kind: 'not_sent', reason };
  socket.send(frame);
  return undefined;
}

function toResult(error: string | number | undefined): SendResult {
  return error === undefined
    ? { kind: 'accepted', at: epochMs(Date.now()) }
    : { kind: 'rejected', code: String(error) };
}

function unconfirmed(reason: UnconfirmedReason): SendResult {
  return { kind: 'unconfirmed', reason };
}

function endKind(code: number, closing: boolean): SessionEnd['kind'] {
  if (closing) return 'closed_by_us';
  return code === replacedCode ? 'replaced' : 'lost';
}
