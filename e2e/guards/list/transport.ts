import { type Guard, guardsOf } from '../guard.ts';

const gating = { file: 'packages/transport/test/baileys-gate.test.ts' };
const sending = 'packages/transport/test/baileys-sending.test.ts';
const storing = { file: 'packages/transport/test/auth-store.test.ts' };
const simulated = 'packages/transport/test/simulated.test.ts';
const contract = 'packages/transport/test/baileys-contract.test.ts';

/** The way to WhatsApp: what may be written, what counts as an answer, what a session must have stored. */
export const transportGuards: readonly Guard[] = [
  ...guardsOf('packages/transport/src/baileys/frame-gate.ts', gating, [
    {
      id: 'frame.session-gate',
      without: 'frames of a fenced worker leave',
      find: 'const refusal = this.#gate() ?? message?.gate();',
      replace: 'const refusal = message?.gate();',
      test: { ...gating, name: 'every frame that WhatsApp gets was asked for at the gate' },
    },
    {
      id: 'frame.message-gate',
      without: 'a message leaves although somebody said stop while it was encrypted',
      find: 'const refusal = this.#gate() ?? message?.gate();',
      replace: 'const refusal = this.#gate();',
      test: { file: sending, name: 'a gate that closes at the write' },
    },
    {
      id: 'frame.refused-not-written',
      without: 'what the gate refused leaves all the same',
      find: 'if (this.#mayLeave()) write(data, sent);',
      replace: 'void this.#mayLeave();\n      if (data) write(data, sent);',
      test: { file: sending, name: 'a gate that closes at the write' },
      shieldedBy: {
        guards: ['frame.refused-ends'],
        why: 'the connection is cut in the same tick, and takes nothing',
      },
    },
    {
      id: 'frame.refused-ends',
      without: 'a session goes on with a counter that its peer does not have',
      find: '      this.cut();\n      return false;',
      replace: '      return false;',
      test: { file: 'packages/transport/src/baileys/frame-gate.test.ts' },
    },
    {
      id: 'frame.cut-for-good',
      without: 'frames leave after the session was cut',
      find: '    if (this.#cut) return false;\n',
      replace: '',
      test: { file: 'packages/transport/src/baileys/frame-gate.test.ts' },
    },
    {
      id: 'frame.terminates',
      without: 'a session that was cut goes on hearing',
      find: '    this.#cut = true;\n    this.#socket.terminate();',
      replace: '    this.#cut = true;',
      test: { file: sending, name: 'a gate that closes at the write' },
    },
    {
      id: 'frame.handed-over',
      without: 'a message that has left is taken back by its gate, with its session',
      find: 'this.#message?.sealed && !this.#message.handedOver ?',
      replace: 'this.#message?.sealed ?',
    },
  ]),
  ...guardsOf('packages/transport/src/baileys/seal-watch.ts', { file: sending }, [
    {
      id: 'frame.sealed',
      without: 'a message that may have left is taken for one that did not',
      find: '    message.sealed = true;\n',
      replace: '',
    },
    {
      id: 'frame.gate-at-seal',
      without: 'a message that is refused while it is prepared costs its session',
      find: 'const refusal = theirs ? message.gate() : undefined;',
      replace: 'const refusal = theirs ? undefined : undefined;',
      test: { file: sending, name: 'a gate that closes while a message is prepared' },
      shieldedBy: {
        guards: ['send.gate-before-typing'],
        why: 'it is asked before typing as well',
      },
    },
  ]),
  ...guardsOf('packages/transport/src/baileys/transmit.ts', { file: contract }, [
    {
      id: 'ack.not-the-write',
      without: 'that Baileys has written counts as accepted, and what was lost is never sent',
      find: '    .finally(() => {\n      inHand.handedOver = true;\n    });',
      replace:
        "    .then(() => result.resolve({ kind: 'accepted', at: epochMs(Date.now()) }))\n    .finally(() => {\n      inHand.handedOver = true;\n    });",
    },
    {
      id: 'ack.after-write',
      without: 'what was written as the line broke is sent again without asking for its receipt',
      find: "return mayHaveLeft\n    ? unconfirmed('closed_after_write')",
      replace: "return mayHaveLeft && false\n    ? unconfirmed('closed_after_write')",
    },
    {
      id: 'ack.error-after-write',
      without: 'an error after the write counts as: it did not leave',
      find: '      if (inHand.mayHaveLeft) return;\n',
      replace: '',
      test: { file: 'packages/transport/test/baileys-store.test.ts' },
    },
    {
      id: 'ack.timeout',
      without: 'a message that nobody answers is waited for until the health check comes',
      find: "timer = setTimeout(() => result.resolve(unconfirmed('ack_timeout')), ackTimeout);",
      replace: 'timer = setTimeout(() => {}, ackTimeout);',
    },
  ]),
  ...guardsOf('packages/transport/src/baileys/acknowledgements.ts', { file: contract }, [
    {
      id: 'ack.refusal',
      without: 'what the network refused counts as sent',
      find: "error === undefined ? { kind: 'accepted' } : { kind: 'refused', code: error },",
      replace:
        "{ kind: error === 'never' ? 'refused' : 'accepted', code: 'never' } as Acknowledgement,",
    },
    {
      id: 'ack.receipt-proves',
      without: 'a message that its receipt proves is taken for uncertain',
      find: "    this.#waiting.get(messageId)?.({ kind: 'accepted' });",
      replace: '    void messageId;',
    },
  ]),
  ...guardsOf('packages/transport/src/baileys/message-sender.ts', { file: sending }, [
    {
      id: 'send.a-person',
      without: 'a message goes to a group or a channel',
      find: "if (phoneOfJid(message.toJid) === undefined) return { kind: 'rejected', code: 'not_a_user' };",
      replace: '',
      test: { file: contract, name: 'to an address that is no person' },
    },
    {
      id: 'send.gate-first',
      without: 'a refused message asks the network about its recipient',
      find: '    if (refusal) return notSent(refusal);\n    const closed',
      replace: '    void refusal;\n    const closed',
      test: { file: contract, name: 'keeps the frame from leaving' },
      shieldedBy: {
        guards: ['send.gate-before-typing', 'frame.gate-at-seal', 'frame.message-gate'],
        why: 'it is asked again before typing, when the message is encrypted, and at the write',
      },
    },
    {
      id: 'send.gate-before-typing',
      without: 'somebody who said stop sees us typing',
      find: '      if (refusal) return notSent(refusal);\n      await showTyping',
      replace: '      void refusal;\n      await showTyping',
      test: { file: sending, name: 'a gate that closes while a message is prepared' },
      shieldedBy: {
        guards: ['frame.gate-at-seal'],
        why: 'it is asked again when the message is encrypted',
      },
    },
  ]),
  ...guardsOf('packages/transport/src/baileys/auth-store.ts', storing, [
    {
      id: 'store.first-failure-last',
      without: 'a session goes on with keys that it has not stored',
      find: '    if (this.#failure !== undefined) throw new StoreError(this.#failure);\n',
      replace: '',
    },
    {
      id: 'store.in-order',
      without: 'an older key overwrites a newer one',
      find: 'const turn = this.#tail.then(() => this.#writeNow(changes));',
      replace: 'const turn = this.#writeNow(changes);',
    },
    {
      id: 'store.no-second-write',
      without: 'a write whose answer was lost takes effect after a newer one',
      find: 'outcome = await this.#credentials.write(changes);',
      replace:
        'outcome = await this.#credentials.write(changes).catch(async () => await this.#credentials.write(changes));',
    },
    {
      id: 'store.sealed',
      without: 'what is left of an old session writes beside the new one',
      find: "    if (this.#sealed) throw new StoreError('sealed');\n",
      replace: '',
    },
    {
      id: 'store.fenced',
      without: 'a session whose device went to another worker goes on',
      find: "    if (outcome === 'fenced') throw this.#fail('fenced');\n",
      replace: '    void outcome;\n',
      test: { file: 'packages/transport/test/baileys-store.test.ts' },
    },
    {
      id: 'store.unreadable',
      without: 'a key that can not be read is taken for absent, and another made in its place',
      find: "      throw this.#fail('unreadable', error);\n    }\n  }\n\n  set(",
      replace: '      return {};\n    }\n  }\n\n  set(',
    },
  ]),
  ...guardsOf('packages/transport/src/simulated/simulated-session.ts', { file: simulated }, [
    {
      id: 'simulated.session-gate',
      without: 'frames of a fenced worker leave',
      find: 'write(socket, message, () => gate() ?? mayWrite())',
      replace: 'write(socket, message, () => mayWrite())',
    },
    {
      id: 'simulated.message-gate',
      without: 'a message leaves although its gate refused it',
      find: 'write(socket, message, () => gate() ?? mayWrite())',
      replace: 'write(socket, message, () => gate())',
    },
    {
      id: 'simulated.after-write',
      without: 'what was written as the line broke counts as: it did not leave',
      find: "for (const settle of waiting.values()) settle(unconfirmed('closed_after_write'));",
      replace:
        "for (const settle of waiting.values()) settle({ kind: 'not_sent', reason: 'closed_before_write' });",
    },
    {
      id: 'simulated.confirm-stored',
      without: 'what was heard and not stored is never heard again',
      find: "if ((await taking) === 'not_stored') return;",
      replace: 'await taking;',
      test: { file: 'packages/transport/test/simulated-confirming.test.ts' },
    },
    {
      id: 'simulated.confirm-gate',
      without: 'a fenced worker takes messages from the owner',
      find: 'socket.readyState === socket.OPEN && gate() === undefined',
      replace: 'socket.readyState === socket.OPEN',
      test: { file: 'packages/transport/test/simulated-confirming.test.ts' },
    },
  ]),
];
