import asyncHooks, { AsyncLocalStorage } from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Makes every AsyncLocalStorage that is created from now on in this process share one real one. Once; later calls do
 * nothing.
 *
 * Baileys creates one for each socket and never disables it. Where Node builds them on promise hooks (20, and 22
 * without a flag) each of them is visited for each promise of the process, for ever: an awaited promise costs 0.03 µs
 * with none, 42 µs after 500 sockets and 82 µs after 1,000, measured; with one shared, 0.1 µs. Node 24 keeps contexts
 * in a frame instead and needs none of this.
 */
export function shareAsyncStorage(): void {
  if (!usesPromiseHooks(asyncHooks.AsyncLocalStorage)) return;
  asyncHooks.AsyncLocalStorage = storageOver(new asyncHooks.AsyncLocalStorage<Contexts>());
  // Modules that already imported it by name see the new one as well.
  syncBuiltinESMExports();
}

type Contexts = ReadonlyMap<object, unknown>;

/** Told by what only that implementation has: the method that hands a context from one resource to the next. */
function usesPromiseHooks(storage: typeof AsyncLocalStorage): boolean {
  return '_propagate' in storage.prototype;
}

function storageOver(shared: AsyncLocalStorage<Contexts>): typeof AsyncLocalStorage {
  return class SharedStorage<Store> {
    static bind = AsyncLocalStorage.bind.bind(AsyncLocalStorage);
    static snapshot = AsyncLocalStorage.snapshot.bind(AsyncLocalStorage);

    run<Result, Args extends unknown[]>(
      store: Store,
      callback: (...args: Args) => Result,
      ...args: Args
    ): Result {
      return shared.run(this.#with(store), callback, ...args);
    }

    exit<Result, Args extends unknown[]>(
      callback: (...args: Args) => Result,
      ...args: Args
    ): Result {
      return shared.run(this.#without(), callback, ...args);
    }

    getStore(): Store | undefined {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `run` and `enterWith` of this object put it
      return shared.getStore()?.get(this) as Store | undefined;
    }

    enterWith(store: Store): void {
      shared.enterWith(this.#with(store));
    }

    disable(): void {
      shared.enterWith(this.#without());
    }

    #with(store: Store): Contexts {
      return new Map(shared.getStore()).set(this, store);
    }

    #without(): Contexts {
      const contexts = new Map(shared.getStore());
      contexts.delete(this);
      return contexts;
    }
  };
}
