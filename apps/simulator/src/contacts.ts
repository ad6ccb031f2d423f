import { delayOf, isRead, type Latency } from './latency.ts';
import type { Ledger } from './ledger.ts';
import type { Mailbox } from './mailbox.ts';
import type { Schedule } from './schedule.ts';

/** A message on its way to a contact's phone. Numbers are `+E164`. */
export interface Message {
  readonly device: string;
  readonly to: string;
  readonly id: string;
}

interface ContactParts {
  readonly ledger: Ledger;
  readonly mailbox: Mailbox;
  readonly schedule: Schedule;
  readonly latency: Latency;
}

/** Phones ask for one message this often, then give up, as WhatsApp's own do. */
const MOST_REQUESTS = 5;

/**
 * The contacts' phones: they show a message once, however often it is sent, answer with receipts, and ask again for what
 * they cannot read.
 */
export class Contacts {
  readonly #parts: ContactParts;
  readonly #shown = new Set<string>();
  readonly #requests = new Map<string, number>();
  readonly #awaited = new Map<string, number>();
  #retries = 0;
  #delivered = 0;
  #read = 0;

  constructor(parts: ContactParts) {
    this.#parts = parts;
  }

  get figures(): { shown: number; delivered: number; read: number; retries: number } {
    const [delivered, read, retries] = [this.#delivered, this.#read, this.#retries];
    return { shown: this.#shown.size, delivered, read, retries };
  }

  /** Whether the phone shows it: not if it has this id of this sender already. */
  show(message: Message): boolean {
    const before = this.#shown.size;
    this.#shown.add(keyOf(message));
    return this.#shown.size > before;
  }

  /** Asks the device for a message again. Says whether the phone still does. */
  askAgain(message: Message): boolean {
    const count = (this.#requests.get(keyOf(message)) ?? 0) + 1;
    if (count > MOST_REQUESTS) return false;
    this.#requests.set(keyOf(message), count);
    this.#awaited.set(keyOf(message), (this.#awaited.get(keyOf(message)) ?? 0) + 1);
    this.#retries += 1;
    const { device, to, id } = message;
    this.#parts.mailbox.post(device, { kind: 'retry', id, to, count });
    return true;
  }

  /** Whether the phone asked for this message more often than it has come since. */
  wasAwaited(message: Message): boolean {
    const times = this.#awaited.get(keyOf(message)) ?? 0;
    if (times > 1) this.#awaited.set(keyOf(message), times - 1);
    else this.#awaited.delete(keyOf(message));
    return times > 0;
  }

  /** Sends the receipts of a message that was shown, each after its delay. */
  sendReceipts(message: Message): void {
    const { schedule, latency } = this.#parts;
    schedule.after(delayOf(latency.receipt, message.id, 'delivered'), () => {
      this.#delivered += 1;
      this.#sendReceipt(message, 'delivered');
      if (!isRead(message.id, latency.readShare)) return;
      schedule.after(delayOf(latency.receipt, message.id, 'read'), () => {
        this.#read += 1;
        this.#sendReceipt(message, 'read');
      });
    });
  }

  #sendReceipt({ device, to, id }: Message, receipt: 'delivered' | 'read'): void {
    const { ledger, mailbox } = this.#parts;
    ledger.append({ event: receipt, device, to, id });
    ledger.whenWritten(() => {
      mailbox.post(device, { kind: 'receipt', id, to, receipt });
    });
  }
}

function keyOf({ device, to, id }: Message): string {
  return `${device} ${to} ${id}`;
}
