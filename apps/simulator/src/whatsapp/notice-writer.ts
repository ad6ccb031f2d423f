import { encodeBigEndian } from '@whiskeysockets/baileys';
import type { Address, Notice } from '../link.ts';
import { spread } from '../spread.ts';
import { jidOf, lidOf, SERVER } from './address.ts';
import type { Companion } from './companion.ts';
import { keyBundleStanzas } from './key-bundle.ts';
import { sessionName } from './session-name.ts';
import type { Ciphertext, SignalParty } from './signal-party.ts';
import { secondsNow, type Stanza, stanza } from './stanza.ts';

type Inbound = Extract<Notice, { kind: 'inbound' }>;
type Retry = Extract<Notice, { kind: 'retry' }>;

/**
 * Writes the contacts' notices as stanzas.
 *
 * A contact's phone encrypts a message once: if it must be delivered again, the same ciphertext comes again, and a
 * client that already took its key cannot read it. So it is with WhatsApp, and so must a client cope.
 */
export class NoticeWriter {
  readonly #contacts: SignalParty;
  readonly #sealed = new WeakMap<Notice, Map<Companion, Ciphertext>>();

  constructor(contacts: SignalParty) {
    this.#contacts = contacts;
  }

  /** Waits for the client's keys when the notice must be encrypted and they are not there yet. */
  async write(notice: Notice, companion: Companion): Promise<Stanza> {
    switch (notice.kind) {
      case 'receipt':
        return receiptStanza(notice);
      case 'timelock':
        return timeLockStanza(notice);
      case 'retry':
        return this.#retryStanza(notice);
      case 'inbound':
        return inboundStanza(notice, await this.#seal(notice, companion));
      default:
        return assertNever(notice);
    }
  }

  /** Takes back what was kept for a second delivery. */
  forget(notice: Notice): void {
    this.#sealed.delete(notice);
  }

  async #seal(notice: Inbound, companion: Companion): Promise<Ciphertext> {
    const sealed = this.#sealed.get(notice) ?? new Map<Companion, Ciphertext>();
    this.#sealed.set(notice, sealed);
    const ready = sealed.get(companion);
    if (ready !== undefined) return ready;
    await companion.untilBundled();
    const session = sessionName(notice.from, companion);
    if (!this.#contacts.hasSession(session)) await beginSession(this.#contacts, session, companion);
    const fresh = await this.#contacts.encrypt(session, { conversation: notice.text });
    sealed.set(companion, fresh);
    return fresh;
  }

  /** From the second request on a phone sends its keys along, so that the sender can begin a new session. */
  #retryStanza({ id, to, count }: Retry): Stanza {
    const { bundle } = this.#contacts;
    const [, ...keys] = keyBundleStanzas(bundle);
    return stanza('receipt', { id, type: 'retry', from: jidOf(to), t: secondsNow() }, [
      stanza('retry', { count: String(count), id, t: secondsNow(), v: '1' }),
      stanza('registration', {}, encodeBigEndian(bundle.registrationId)),
      ...(count > 1 ? [stanza('keys', {}, keys)] : []),
    ]);
  }
}

/** Begins a session of a phone with a device that has uploaded its keys. */
export async function beginSession(
  party: SignalParty,
  session: string,
  companion: Companion,
): Promise<void> {
  if (companion.bundle === undefined) return;
  await party.begin(session, companion.bundle, companion.takeOneTimeKey());
}

/** Half the contacts are named by LID, whatever they do. */
function addressOf(phone: string, address?: Address): Address {
  return address ?? (spread(`address ${phone}`) < 0.5 ? 'lid' : 'pn');
}

function receiptStanza({ id, to, receipt }: Extract<Notice, { kind: 'receipt' }>): Stanza {
  const from = addressOf(to) === 'lid' ? lidOf(to) : jidOf(to);
  const type = receipt === 'read' ? { type: 'read' } : {};
  return stanza('receipt', { id, from, t: secondsNow(), ...type });
}

function inboundStanza({ id, from, address }: Inbound, { type, bytes }: Ciphertext): Stanza {
  const names =
    addressOf(from, address) === 'lid'
      ? { from: lidOf(from), sender_pn: jidOf(from), addressing_mode: 'lid' }
      : { from: jidOf(from), sender_lid: lidOf(from) };
  const attrs = { id, ...names, type: 'text', t: secondsNow(), notify: `Contact ${from}` };
  return stanza('message', attrs, [stanza('enc', { v: '2', type }, bytes)]);
}

/** WhatsApp's own names, seconds as text. */
export function describeTimeLock({ active, endsAt }: { active: boolean; endsAt: number }) {
  return {
    is_active: active,
    time_enforcement_ends: String(Math.floor(endsAt / 1000)),
    enforcement_type: 'DEFAULT',
  };
}

function timeLockStanza(notice: Extract<Notice, { kind: 'timelock' }>): Stanza {
  const data = { xwa2_notify_account_reachout_timelock: describeTimeLock(notice) };
  const attrs = { from: SERVER, type: 'mex', id: notice.id, t: secondsNow() };
  return stanza('notification', attrs, [
    stanza(
      'update',
      { op_name: 'NotificationUserReachoutTimelockUpdate' },
      Buffer.from(JSON.stringify({ data })),
    ),
  ]);
}

function assertNever(notice: never): never {
  throw new Error(`no such notice: ${String(notice)}`);
}
