import { type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { type EmbeddedError, startEmbedded } from '../src/index.ts';
import { findProcessMark } from '../src/process-mark.ts';
import { forkParent, waitForMessage } from './fork-parent.ts';
import { openTestCache, type TestCache } from './open-test-cache.ts';

/** There is no event for the end of somebody else's process. */
const patience = { timeout: 15_000, interval: 50 };

describe('clean-up', () => {
  let cache: TestCache;
  let parent: ChildProcess;
  beforeAll(async () => {
    cache = await openTestCache();
  });
  afterAll(async () => await cache.remove());

  /** Resolves with what is left when nothing changes any more: nothing, that is, or a timeout. */
  async function findLeftovers(pids: readonly number[]): Promise<readonly unknown[]> {
    return await vi.waitUntil(async () => {
      const running = pids.filter((pid) => findProcessMark(pid) !== undefined);
      const leftovers = [...running, ...(await cache.runFolders())];
      return leftovers.length === 0 && leftovers;
    }, patience);
  }

  test('a parent killed with SIGKILL leaves no server and no run folder', async () => {
    parent = forkParent(cache.env);
    await waitForMessage(parent, 'ready');
    const pids = [...(await cache.servers()).map(({ pid }) => pid), await cache.keeperPid()];
    parent.kill('SIGKILL');
    expect(await findLeftovers(pids)).toEqual([]);
  });

  test('a parent killed in the middle of a start leaves nothing either', async () => {
    parent = forkParent(cache.env);
    await waitForMessage(parent, 'progress');
    const keeper = await cache.keeperPid();
    parent.kill('SIGKILL');
    expect(await findLeftovers([keeper])).toEqual([]);
  });

  test('Ctrl-C reaches the parent alone, which stops the servers itself', async () => {
    parent = forkParent(cache.env);
    await waitForMessage(parent, 'ready');
    const pids = (await cache.servers()).map(({ pid }) => pid);
    // What a terminal does: the signal goes to the whole foreground group.
    process.kill(-(parent.pid ?? 0), 'SIGINT');
    expect(await once(parent, 'exit')).toEqual([0, null]);
    expect(await findLeftovers(pids)).toEqual([]);
  });

  test('a server that dies ends the other one, and the failure has the end of its log', async () => {
    const failures = new EventEmitter<{ failure: [EmbeddedError] }>();
    const failed = once(failures, 'failure');
    await startEmbedded({ env: cache.env, onFailure: (error) => failures.emit('failure', error) });
    const servers = await cache.servers();
    process.kill(servers.find(({ name }) => name === 'postgres')?.pid ?? 0, 'SIGTERM');
    expect(await failed).toEqual([
      expect.objectContaining({
        code: 'server_died',
        message: expect.stringMatching(/^postgres exited with code 0.*shut down/s) as string,
      }),
    ]);
    expect(await findLeftovers(servers.map(({ pid }) => pid))).toEqual([]);
  });

  test('servers whose keeper was killed are ended by the parent that sees it', async () => {
    const failures = new EventEmitter<{ failure: [EmbeddedError] }>();
    const failed = once(failures, 'failure');
    await startEmbedded({ env: cache.env, onFailure: (error) => failures.emit('failure', error) });
    const pids = (await cache.servers()).map(({ pid }) => pid);
    process.kill(await cache.keeperPid(), 'SIGKILL');
    expect(String(await failed)).toContain('keeper');
    expect(await findLeftovers(pids)).toEqual([]);
  });

  test('what nobody could clean up is swept by the next start', async () => {
    parent = forkParent(cache.env);
    await waitForMessage(parent, 'ready');
    const pids = (await cache.servers()).map(({ pid }) => pid);
    const keeper = await cache.keeperPid();
    // The parent first stopped, so that it cannot see its keeper go.
    process.kill(parent.pid ?? 0, 'SIGSTOP');
    process.kill(keeper, 'SIGKILL');
    process.kill(parent.pid ?? 0, 'SIGKILL');
    await vi.waitFor(() => expect(findProcessMark(keeper)).toBeUndefined(), patience);
    expect(await cache.runFolders()).toHaveLength(1);

    const servers = await startEmbedded({ env: cache.env, postgres: false });
    for (const pid of pids) expect(findProcessMark(pid)).toBeUndefined();
    expect(await cache.runFolders()).toHaveLength(1);
    await servers.stop();
    expect(await findLeftovers(pids)).toEqual([]);
  });
});
