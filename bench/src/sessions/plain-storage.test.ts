import asyncHooks, { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, expect, it } from 'vitest';
import { keepPlainStorage } from './plain-storage.ts';

afterEach(() => {
  asyncHooks.AsyncLocalStorage = AsyncLocalStorage;
});

// A baseline over a stand-in that does less than the real one would make the cure look better than it is.
it('whoever asks for a storage gets a real one', async () => {
  keepPlainStorage();
  const made = new asyncHooks.AsyncLocalStorage<string>();
  expect(made).toBeInstanceOf(AsyncLocalStorage);
  const seen = await made.run('kept', async () => {
    await Promise.resolve();
    return made.getStore();
  });
  expect(seen).toBe('kept');
});

// What the transport decides by: with the cure in place the baseline would be no baseline.
it('shows none of what tells that Node visits every storage for every promise', () => {
  keepPlainStorage();
  expect('_propagate' in asyncHooks.AsyncLocalStorage.prototype).toBe(false);
});
