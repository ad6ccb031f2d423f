/** A client that a phone can link. */
export interface LinkableClient {
  /** The phone of this number knows the client's secret and vouches for it. */
  vouch(phone: string, secret: Buffer): void;
  /** The user has typed this code on the phone. */
  typeCode(code: string): Promise<void>;
}

/** The clients that wait to be linked, by what their QR shows and by the number they asked a code for. */
export class Pairings {
  readonly #byRef = new Map<string, LinkableClient>();
  readonly #byPhone = new Map<string, LinkableClient>();

  offer(refs: readonly string[], client: LinkableClient): void {
    for (const ref of refs) this.#byRef.set(ref, client);
  }

  offerCode(phone: string, client: LinkableClient): void {
    this.#byPhone.set(phone, client);
  }

  findByRef(ref: string): LinkableClient | undefined {
    return this.#byRef.get(ref);
  }

  findByPhone(phone: string): LinkableClient | undefined {
    return this.#byPhone.get(phone);
  }

  remove(client: LinkableClient): void {
    for (const waiting of [this.#byRef, this.#byPhone]) {
      for (const [name, entry] of waiting) if (entry === client) waiting.delete(name);
    }
  }
}
