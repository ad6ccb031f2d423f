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

/** The contacts' phones: they show a message once, however often it is sent, and answer with receipts. */
export class Contacts {
  readonly #parts: ContactParts;
  readonly #shown = new Set<string>();
  #delivered = 0;
  #read = 0;

  constructor(parts: ContactParts) {
    this.#parts = parts;
  }

  get figures(): { shown: number; delivered: number; read: number } {
    return { shown: this.#shown.size, delivered: this.#delivered, read: this.#read };
  }

  /** Whether the phone shows it: not if it has this id of this sender already. */
  show({ device, to, id }: Message): boolean {
    const before = this.#shown.size;
    this.#shown.add(`${device} ${to} ${id}`);
    return this.#shown.size > before;
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
