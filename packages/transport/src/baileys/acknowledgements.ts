import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';
import { deferred } from '../deferred.ts';

export type Acknowledgement =
  | Readonly<{ kind: 'accepted' }>
  | Readonly<{ kind: 'refused'; code: string }>;

/**
 * The server's answers to our messages, by message id. Taken from the raw connection: Baileys tells of refusals only,
 * and `sendMessage` does not wait for either.
 */
export class Acknowledgements {
  readonly #waiting = new Map<string, (acknowledgement: Acknowledgement) => void>();

  constructor({ ws }: WASocket) {
    ws.on('CB:ack,class:message', ({ attrs }: BinaryNode) => {
      const { id, error } = attrs;
      if (id === undefined) return;
      this.#waiting.get(id)?.(
        error === undefined ? { kind: 'accepted' } : { kind: 'refused', code: error },
      );
    });
  }

  /** Resolves with the first answer from now on. Forget it when it is not waited for any more. */
  expect(messageId: string): Promise<Acknowledgement> {
    const { promise, resolve } = deferred<Acknowledgement>();
    this.#waiting.set(messageId, resolve);
    return promise;
  }

  /** A receipt came: the server must have taken the message. */
  prove(messageId: string): void {
    this.#waiting.get(messageId)?.({ kind: 'accepted' });
  }

  forget(messageId: string): void {
    this.#waiting.delete(messageId);
  }
}
