import { parseDefinition, type SequenceDefinition } from '@dripfleet/domain';
import type { VersionRef } from '@dripfleet/store';
import type { WorkerStore } from './worker-store.ts';

const versionsMax = 1_000;

/** The published versions that this worker has met; they never change, so each is read once. */
export class Definitions {
  readonly #store: Pick<WorkerStore, 'getDefinition'>;
  readonly #known = new Map<string, Promise<SequenceDefinition>>();

  constructor(store: Pick<WorkerStore, 'getDefinition'>) {
    this.#store = store;
  }

  /** Throws `DefinitionError` for one that this release can't read, `DatabaseError` when it can't be had. */
  get(version: VersionRef): Promise<SequenceDefinition> {
    const key = `${version.sequenceId}:${version.version}`;
    let known = this.#known.get(key);
    if (!known) {
      if (this.#known.size >= versionsMax) this.#known.clear();
      known = this.#store.getDefinition(version).then(parseDefinition);
      this.#known.set(key, known);
      known.catch(() => this.#known.delete(key));
    }
    return known;
  }
}
