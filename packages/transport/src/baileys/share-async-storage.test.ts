import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const module = new URL('share-async-storage.ts', import.meta.url).href;

/** In a process of its own: what is replaced is replaced for good. */
async function inProcess(program: string): Promise<unknown> {
  const source = `
    import asyncHooks from 'node:async_hooks';
    const Own = asyncHooks.AsyncLocalStorage;
    const { shareAsyncStorage } = await import(${JSON.stringify(module)});
    ${program}`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', source];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

test('storages that are created later share one, however many there are', async () => {
  // Guards: promises that become slower with every session that was ever opened.
  const enabled = await inProcess(`
    const storages = new Set();
    const enable = Own.prototype._enable;
    if (enable) Own.prototype._enable = function () { storages.add(this); return enable.call(this); };
    shareAsyncStorage();
    shareAsyncStorage();
    for (let at = 0; at < 100; at += 1) new asyncHooks.AsyncLocalStorage().run(at, () => {});
    console.log(JSON.stringify(storages.size));`);
  // None where Node has no need of promise hooks.
  expect(enabled).toBe('_propagate' in Object.getPrototypeOf(await storage()) ? 1 : 0);
});

test('each storage has its own context, through awaits, nesting, exits and failures', async () => {
  const seen = await inProcess(`
    shareAsyncStorage();
    const { AsyncLocalStorage } = await import('node:async_hooks');
    const one = new AsyncLocalStorage();
    const two = new AsyncLocalStorage();
    const seen = [];
    const note = () => seen.push([one.getStore() ?? null, two.getStore() ?? null]);
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    note();
    await Promise.all([1, 2].map((n) => one.run(n, async () => {
      await turn();
      note();
      await two.run(n * 10, async () => { await turn(); note(); one.exit(note); });
      try { two.run('x', () => { throw new Error('no'); }); } catch {}
      note();
    })));
    note();
    two.enterWith('entered');
    note();
    two.disable();
    note();
    const bound = one.run('bound', () => AsyncLocalStorage.bind(() => one.getStore()));
    const inside = one.run('snapshot', () => AsyncLocalStorage.snapshot());
    seen.push([bound(), inside(() => one.getStore())]);
    console.log(JSON.stringify(seen));`);
  expect((seen as unknown[]).map(String).toSorted()).toEqual(
    [
      [null, null],
      [null, null],
      [null, 'entered'],
      [null, null],
      [1, null],
      [2, null],
      [1, 10],
      [2, 20],
      [null, 10],
      [null, 20],
      [1, null],
      [2, null],
      ['bound', 'snapshot'],
    ]
      .map(String)
      .toSorted(),
  );
});

async function storage() {
  const { AsyncLocalStorage } = await import('node:async_hooks');
  return new AsyncLocalStorage();
}
