/** A network that lost a receipt is not the one that was to be measured. */
const patience = 30_000;

/** Which messages have not been delivered yet, so that a round ends when its last receipt was handled. */
export class ReceiptsAwaited {
  readonly #missing = new Set<string>();
  #done: () => void = () => {};
  #failed: (error: Error) => void = () => {};
  #failure: Error | undefined;
  #endsExpected = false;

  expect(messageId: string): void {
    this.#missing.add(messageId);
  }

  receive({ messageId }: Readonly<{ messageId: string }>): void {
    this.#missing.delete(messageId);
    if (this.#missing.size === 0) this.#done();
  }

  /** Something that ends the wait; kept for one that begins later. */
  fail(error: Error): void {
    if (this.#endsExpected) return;
    this.#failure ??= error;
    this.#failed(this.#failure);
  }

  /** Why what is awaited will not come. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** From now on a session may end. */
  expectEnds(): void {
    this.#endsExpected = true;
  }

  /** Resolves when all that is expected came. Throws for the failure, or after 30 s. */
  async allCame(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#done = resolve;
        this.#failed = reject;
        timer = setTimeout(
          () => reject(new Error(`${this.#missing.size} receipts never came`)),
          patience,
        );
        if (this.#failure) reject(this.#failure);
        if (this.#missing.size === 0) resolve();
      });
    } finally {
      clearTimeout(timer);
    }
  }
}
