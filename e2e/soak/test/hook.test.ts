import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import type { HookOrder } from '../lab/hook.ts';

const hook = new URL('../lab/hook.ts', import.meta.url).href;

/** Answers every message with what its clocks say. */
const program = `
process.on('message', () => {
  const now = Date.now();
  process.send({ now, made: new Date().getTime(), fixed: new Date(7).getTime(), isDate: new Date() instanceof Date,
    monotonic: performance.now() });
});
process.send('ready');
`;

type Clocks = { now: number; made: number; fixed: number; isDate: boolean; monotonic: number };

it('a worker under the hook is stalled and its wall clock shifted on order, its monotonic clock never', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dripfleet-hook-'));
  const file = join(folder, 'program.mjs');
  const orders = join(folder, 'orders');
  writeFileSync(file, program);
  const child = fork(file, [], {
    execArgv: ['--import', 'tsx', '--import', hook],
    env: { ...process.env, SOAK_ORDERS: orders },
  });
  const clocks = async () => {
    const answer = once(child, 'message');
    child.send('?');
    return ((await answer) as [Clocks])[0];
  };
  const give = (order: HookOrder) => {
    writeFileSync(orders, JSON.stringify(order));
    child.kill('SIGUSR2');
  };
  try {
    await once(child, 'message');
    const before = await clocks();
    give({ kind: 'shift', ms: -3_600_000 });
    let shifted = await clocks();
    while (shifted.now > before.now - 1_000_000) shifted = await clocks();
    expect(shifted.made).toBeLessThan(before.made - 3_000_000);
    expect(shifted.monotonic).toBeGreaterThan(before.monotonic);
    expect(shifted).toMatchObject({ fixed: 7, isDate: true });

    give({ kind: 'stall', ms: 400 });
    // It answers what came before the order, and nothing while it is stalled.
    let gap = 0;
    for (let last = shifted.monotonic; gap < 300;) {
      const { monotonic } = await clocks();
      gap = monotonic - last;
      last = monotonic;
    }
    expect(gap).toBeGreaterThanOrEqual(300);
  } finally {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
});
