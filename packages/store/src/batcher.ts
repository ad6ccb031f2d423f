import { DatabaseError } from './database-error.ts';

export type BatcherOptions<Item> = Readonly<{
  /** Items a statement at most. */
  sizeMax: number;
  /** Two items with one key never share a statement; the later one waits for the next. */
  keyOf(item: Item): unknown;
}>;

type Entry<Item, Outcome> = Readonly<{
  item: Item;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}>;

/** How often a statement that lost a race is repeated before its items fail. */
const conflictRetriesMax = 5;

/**
 * Group commit: while one statement is under way, what comes in is collected for the next, so that the batch grows with
 * the load and a lone item waits for nothing but the end of its event-loop turn.
 *
 * An item gets its own outcome. A statement that lost a race (class 40) is repeated; one refused for a row's content
 * (22, 23) is halved until that row is found, which alone fails; on any other failure every item of the batch fails with
 * the `DatabaseError`, and its caller knows what that leaves open.
 */
export class Batcher<Item, Outcome> {
  readonly #run: (items: readonly Item[]) => Promise<readonly Outcome[]>;
  readonly #options: BatcherOptions<Item>;
  #waiting: Entry<Item, Outcome>[] = [];
  #running = false;

  constructor(
    run: (items: readonly Item[]) => Promise<readonly Outcome[]>,
    options: BatcherOptions<Item>,
  ) {
    this.#run = run;
    this.#options = options;
  }

  add(item: Item): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#running) {
        this.#running = true;
        setImmediate(() => void this.#drain());
      }
    });
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) await this.#runBatch(this.#takeBatch());
    this.#running = false;
  }

  #takeBatch(): readonly Entry<Item, Outcome>[] {
    const { sizeMax, keyOf } = this.#options;
    const keys = new Set<unknown>();
    const batch: Entry<Item, Outcome>[] = [];
    const left: Entry<Item, Outcome>[] = [];
    for (const entry of this.#waiting) {
      const key = keyOf(entry.item);
      if (batch.length < sizeMax && !keys.has(key)) {
        keys.add(key);
        batch.push(entry);
      } else left.push(entry);
    }
    this.#waiting = left;
    return batch;
  }

  async #runBatch(batch: readonly Entry<Item, Outcome>[], conflicts = 0): Promise<void> {
    try {
      const outcomes = await this.#run(batch.map(({ item }) => item));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const outcome = outcomes[index];
        if (outcome === undefined) reject(new Error('a batch answered with too few outcomes'));
        else resolve(outcome);
      }
    } catch (error) {
      const code = error instanceof DatabaseError ? error.code : undefined;
      if (code === 'conflict' && conflicts < conflictRetriesMax) {
        await this.#runBatch(batch, conflicts + 1);
      } else if (code === 'bad_row' && batch.length > 1) {
        const middle = Math.ceil(batch.length / 2);
        await this.#runBatch(batch.slice(0, middle));
        await this.#runBatch(batch.slice(middle));
      } else {
        for (const { reject } of batch) reject(error);
      }
    }
  }
}
