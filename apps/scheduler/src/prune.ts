import { type Clock, type DurationMs, durationMs } from '@dripfleet/domain';
import {
  archiveDeliveries,
  type Database,
  ensureArchiveMonths,
  eraseBodies,
  lockPrune,
  type PruneStep,
  type Queryable,
} from '@dripfleet/store';
import type { Observe } from './events.ts';

export type PruneDeps = Readonly<{ clock: Clock; db: Database; observe: Observe }>;

/** Nothing older than a day is sent again by itself; an operator has two more to look at what was said. */
const bodyAge = durationMs(72 * 3_600_000);
/** A pacing counts what was sent in its longest window, 30 days at most. */
const archiveAge = durationMs(31 * 24 * 3_600_000);
/** As many rows as any statement may lock: docs/ARCHITECTURE.md, lock order. */
const chunk = 500;
/** Between two chunks: prune is never in a hurry, and everybody else is. */
const chunkPause = durationMs(250);
const restPause = durationMs(60_000);
/** So much time is looked through at once: little where there are rows, more and more where there are none. */
const spanMin = durationMs(5 * 60_000);
const spanMax = durationMs(24 * 3_600_000);

/** Erases old texts and moves old deliveries to the archive, a little at a time, for as long as the process lives. */
export async function runPrune(deps: PruneDeps, signal: AbortSignal): Promise<void> {
  const { clock, observe } = deps;
  const pruner = new Pruner(deps);
  while (!signal.aborted) {
    const goesOn = await pruner.step().catch((error: unknown) => {
      observe({ kind: 'problem', where: 'prune', error });
      return false;
    });
    await clock.sleep(goesOn ? chunkPause : restPause, signal).catch(() => {});
  }
}

/** Prunes a chunk at a time, when no other scheduler does. */
export class Pruner {
  readonly #db: Database;
  readonly #observe: Observe;
  readonly #spans = { erase: spanMin, archive: spanMin };

  constructor({ db, observe }: Omit<PruneDeps, 'clock'>) {
    this.#db = db;
    this.#observe = observe;
  }

  /** One chunk of texts and one of deliveries. True when there is more to do. */
  async step(): Promise<boolean> {
    const erased = await this.#alone('erase', async (tx, span) => {
      return await eraseBodies(tx, { age: bodyAge, limit: chunk, span });
    });
    const archived = await this.#alone('archive', async (tx, span) => {
      await ensureArchiveMonths(tx);
      return await archiveDeliveries(tx, { age: archiveAge, limit: chunk, span });
    });
    if (erased.rows + archived.rows > 0) {
      const rows = { erased: erased.rows, archived: archived.rows };
      this.#observe({ kind: 'deliveries.pruned', ...rows });
    }
    return [erased, archived].some(({ rows, isBehind }) => rows > 0 || isBehind);
  }

  async #alone(
    what: 'erase' | 'archive',
    work: (tx: Queryable, span: DurationMs) => Promise<PruneStep>,
  ): Promise<PruneStep> {
    const span = this.#spans[what];
    const step = await this.#db.transaction(async (tx) =>
      (await lockPrune(tx)) ? await work(tx, span) : { rows: 0, isBehind: false },
    );
    this.#spans[what] = step.rows > 0 ? spanMin : durationMs(Math.min(span * 2, spanMax));
    return step;
  }
}
