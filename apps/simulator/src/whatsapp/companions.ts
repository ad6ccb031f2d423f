import { Companion } from './companion.ts';

/** Whether a device may log in; `unknown` ones and impostors are told that they are logged out. */
export type Admission =
  | { readonly kind: 'known'; readonly companion: Companion }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'impostor' };

interface Login {
  readonly phone: string;
  readonly id: number;
  readonly noiseKey: Buffer;
}

/** Who is linked to which account, and which numbers are not on WhatsApp at all. */
export class Companions {
  readonly #registersUnknown: boolean;
  readonly #accounts = new Map<string, Map<number, Companion>>();
  readonly #lastId = new Map<string, number>();
  readonly #missing = new Set<string>();

  /** With `registersUnknown`, a device that nobody paired is linked at its first login. */
  constructor({ registersUnknown }: { registersUnknown: boolean }) {
    this.#registersUnknown = registersUnknown;
  }

  of(phone: string): readonly Companion[] {
    return [...(this.#accounts.get(phone)?.values() ?? [])];
  }

  get({ phone, id }: { phone: string; id: number }): Companion | undefined {
    return this.#accounts.get(phone)?.get(id);
  }

  admit(login: Login): Admission {
    const companion = this.get(login);
    if (companion !== undefined) {
      const same = companion.noiseKey.equals(login.noiseKey);
      return same ? { kind: 'known', companion } : { kind: 'impostor' };
    }
    if (!this.#registersUnknown) return { kind: 'unknown' };
    return { kind: 'known', companion: this.#link({ ...login, awaitsHistory: false }) };
  }

  /** The number the account's next device gets. */
  nextId(phone: string): number {
    return (this.#lastId.get(phone) ?? 0) + 1;
  }

  /** A phone has linked a device. */
  pair(login: Login): Companion {
    return this.#link({ ...login, awaitsHistory: true });
  }

  /** Unlinks all devices of an account. Says how many there were. */
  unlink(phone: string): number {
    const count = this.of(phone).length;
    this.#accounts.delete(phone);
    return count;
  }

  exists(phone: string): boolean {
    return !this.#missing.has(phone);
  }

  setMissing(phones: readonly string[]): void {
    for (const phone of phones) this.#missing.add(phone);
  }

  #link(parts: Login & { awaitsHistory: boolean }): Companion {
    const { phone, id } = parts;
    const companion = new Companion(parts);
    const account = this.#accounts.get(phone) ?? new Map<number, Companion>();
    account.set(id, companion);
    this.#accounts.set(phone, account);
    this.#lastId.set(phone, Math.max(id, this.#lastId.get(phone) ?? 0));
    return companion;
  }
}
