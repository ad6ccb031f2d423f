import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { runSql } from '@dripfleet/testkit';
import type { Page } from 'playwright-core';
import type { PartContext } from '../part.ts';
import { logIn, type PagesLab } from './open-pages-lab.ts';

export type FleetPageReading = Readonly<{
  fps: number;
  longTasks: number;
  /** Devices that changed, a second. */
  changes: number;
  /** Scripts and styles, KB. */
  gzip: number;
  /** ms from the address to the first row. */
  firstRow: number;
  elements: number;
}>;

const folder = new URL('../../../apps/dashboard/dist/web/assets/', import.meta.url);

/** The page over a fleet of which so many devices change each second. */
export async function measureFleetPage(
  { say, signal }: PartContext,
  lab: PagesLab,
  { updates, duration }: Readonly<{ updates: number; duration: number }>,
): Promise<FleetPageReading> {
  const browser = await lab.openBrowser();
  await logIn(lab, browser);
  const page = await browser.newPage();
  const started = performance.now();
  await page.goto(`${lab.address}/`, { waitUntil: 'commit' });
  await page.waitForSelector('[role="row"] >> nth=5');
  const firstRow = performance.now() - started;
  await sleep(3_000, undefined, { signal });
  say(`${updates} devices change each second`);
  const changing = new AbortController();
  const changed = change(lab, { updates, signal: changing.signal });
  await sleep(2_000, undefined, { signal });
  const { frames, longTasks, took } = await watchFrames(page, duration);
  changing.abort();
  const changes = (await changed) / ((duration + 2_000) / 1_000);
  const elements = await page.evaluate('document.querySelectorAll("*").length');
  await browser.close();
  return {
    fps: (frames * 1_000) / took,
    longTasks,
    changes,
    gzip: (await gzipOf(folder)) / 1_000,
    firstRow,
    elements: Number(elements),
  };
}

/** Changes what the page shows of so many devices, again each second. Returns how many were. */
async function change(
  { servers }: PagesLab,
  { updates, signal }: Readonly<{ updates: number; signal: AbortSignal }>,
): Promise<number> {
  let round = 0;
  while (!signal.aborted) {
    const next = performance.now() + 1_000;
    await runSql(
      servers.databaseUrl,
      `update devices set session_state = case when session_state = 'unreachable' then 'closed' else 'unreachable' end,
              desired_state = case when desired_state = 'running' then 'paused' else 'running' end,
              desired_reason = 'round ' || $2::int
        where id in (select id from devices order by random() limit $1)`,
      [updates, round],
    );
    round += 1;
    await sleep(Math.max(0, next - performance.now()), undefined, { signal }).catch(() => {});
  }
  return round * updates;
}

async function watchFrames(
  page: Page,
  duration: number,
): Promise<Readonly<{ frames: number; longTasks: number; took: number }>> {
  // A text, for it runs in the page: nothing of it is of this program.
  const watch = `new Promise((resolve) => {
    let frames = 0, longTasks = 0;
    new PerformanceObserver((list) => { longTasks += list.getEntries().length; }).observe({ type: 'longtask' });
    const started = performance.now();
    const tick = () => {
      frames += 1;
      const took = performance.now() - started;
      if (took < ${duration}) requestAnimationFrame(tick);
      else resolve({ frames, longTasks, took });
    };
    requestAnimationFrame(tick);
  })`;
  return await page.evaluate(watch);
}

async function gzipOf(assets: URL): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(assets)) {
    if (!/\.(js|css)$/.test(name)) continue;
    bytes += gzipSync(await readFile(new URL(name, assets))).length;
  }
  return bytes;
}
