import type { WASocket } from '@whiskeysockets/baileys';
import type { FrameGate } from './frame-gate.ts';
import { userOf } from './recipient.ts';

/**
 * Notes when the message in hand is encrypted, the last thing that is seen of it before it leaves, and asks its gate
 * there: a refusal costs nothing yet, while one at the write costs the connection.
 */
export function watchSealing({ signalRepository }: WASocket, frames: FrameGate): void {
  const encrypt = signalRepository.encryptMessage.bind(signalRepository);
  signalRepository.encryptMessage = async (plain) => {
    const message = frames.inHand;
    if (message === undefined) return await encrypt(plain);
    const theirs = userOf(plain.jid) === message.recipient;
    const refusal = theirs ? message.gate() : undefined;
    if (refusal) {
      message.refused ??= refusal;
      throw new SealRefused('the gate refused the message');
    }
    message.sealed = true;
    const encrypted = await encrypt(plain);
    if (theirs) message.addressed = true;
    return encrypted;
  };
}

class SealRefused extends Error {
  readonly code = 'seal_refused';
}
