import asyncHooks, { AsyncLocalStorage } from 'node:async_hooks';

/** Whether this Node visits every AsyncLocalStorage for every promise: 20, and 22 without a flag. */
export function usesPromiseHooks(): boolean {
  return '_propagate' in AsyncLocalStorage.prototype;
}

/**
 * Keeps the transport from sharing one AsyncLocalStorage, for the baseline: it then takes this for a Node that needs no
 * cure, and every socket has one of its own as Baileys makes it. Before the transport is made.
 *
 * Only who looks at the module's default export sees a difference, and is made a real one all the same.
 */
export function keepPlainStorage(): void {
  const looksModern = Object.assign(function PlainStorage() {}, {
    bind: AsyncLocalStorage.bind.bind(AsyncLocalStorage),
    snapshot: AsyncLocalStorage.snapshot.bind(AsyncLocalStorage),
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it makes are real ones
  asyncHooks.AsyncLocalStorage = new Proxy(looksModern, {
    construct: () => new AsyncLocalStorage(),
  }) as unknown as typeof AsyncLocalStorage;
}

/** Which one modules get that ask from now on. */
export function currentStorage(): unknown {
  return asyncHooks.AsyncLocalStorage;
}
