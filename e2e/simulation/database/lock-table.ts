/** Postgres' row locks, from the weakest: `for key share`, `for share`, `for no key update`, `for update`. */
export type LockMode = 'key share' | 'share' | 'no key update' | 'update';

/** The modes of others that each mode can't be held beside. */
const conflicts: Readonly<Record<LockMode, readonly LockMode[]>> = {
  'key share': ['update'],
  share: ['no key update', 'update'],
  'no key update': ['share', 'no key update', 'update'],
  update: ['key share', 'share', 'no key update', 'update'],
};

type Held<Holder> = Map<Holder, LockMode>;

/** Who holds which lock. Objects are named by a space (a table, or advisory locks) and a key within it. */
export class LockTable<Holder extends object> {
  readonly #spaces = new Map<string, Map<unknown, Held<Holder>>>();
  readonly #heldBy = new Map<Holder, [space: string, key: unknown][]>();

  /**
   * Gives `holder` the lock, or names one other holder that stands in the way. A holder keeps the strongest mode it
   * ever took of an object.
   */
  take(
    holder: Holder,
    object: { space: string; key: unknown; mode: LockMode },
  ): Holder | undefined {
    const { space, key, mode } = object;
    const held = this.#entry(space, key);
    for (const [other, otherMode] of held) {
      if (other !== holder && conflicts[mode].includes(otherMode)) return other;
    }
    const before = held.get(holder);
    if (before === undefined) this.#remember(holder, space, key);
    if (before === undefined || strength(mode) > strength(before)) held.set(holder, mode);
    return undefined;
  }

  has(holder: Holder, space: string, key: unknown): boolean {
    return this.#spaces.get(space)?.get(key)?.has(holder) === true;
  }

  /** All who hold an object in any mode. */
  holdersOf(space: string, key: unknown): Iterable<Holder> {
    return this.#spaces.get(space)?.get(key)?.keys() ?? [];
  }

  /** Lets go of everything that `holder` has. */
  release(holder: Holder): void {
    for (const [space, key] of this.#heldBy.get(holder) ?? []) {
      const objects = this.#spaces.get(space);
      const held = objects?.get(key);
      held?.delete(holder);
      if (held?.size === 0) objects?.delete(key);
    }
    this.#heldBy.delete(holder);
  }

  #entry(space: string, key: unknown): Held<Holder> {
    let objects = this.#spaces.get(space);
    if (!objects) this.#spaces.set(space, (objects = new Map<unknown, Held<Holder>>()));
    let held = objects.get(key);
    if (!held) objects.set(key, (held = new Map<Holder, LockMode>()));
    return held;
  }

  #remember(holder: Holder, space: string, key: unknown): void {
    const objects = this.#heldBy.get(holder);
    if (objects) objects.push([space, key]);
    else this.#heldBy.set(holder, [[space, key]]);
  }
}

const modes = ['key share', 'share', 'no key update', 'update'] as const;
const strength = (mode: LockMode) => modes.indexOf(mode);
