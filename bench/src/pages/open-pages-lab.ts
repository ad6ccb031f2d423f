import { openRedis, whenReady } from '@dripfleet/fleet';
import { createApiKey } from '@dripfleet/operations';
import { nudge } from '@dripfleet/queue';
import { runSql } from '@dripfleet/testkit';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { setTimeout as sleep } from 'node:timers/promises';
import { fillContacts, fillDevices } from '../engine/fill-fleet.ts';
import { type BenchLab, openBenchLab } from '../lab/open-bench-lab.ts';
import type { PartContext } from '../part.ts';

export type PagesLab = BenchLab &
  Readonly<{
    /** Of the dashboard, without a slash at its end. */
    address: string;
    key: string;
    redis: ReturnType<typeof openRedis>;
    browserVersion: string;
    /** A browser that has not been anywhere yet. */
    openBrowser(): Promise<BrowserContext>;
  }>;

/** A fleet at rest whose first `queues` devices have jobs, a dashboard over it, and a browser. */
export async function openPagesLab(
  context: PartContext,
  {
    devices: count,
    queues,
    chromium: executablePath,
  }: Readonly<{ devices: number; queues: number; chromium: string }>,
): Promise<PagesLab> {
  const { onEnd, say, signal } = context;
  const lab = await openBenchLab(context);
  const { databaseUrl, redisUrl } = lab.servers;
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
  const devices = await fillDevices(lab, { count });
  const redis = openRedis(redisUrl, { connectionName: 'bench', use: 'commands' });
  onEnd(() => redis.disconnect());
  await whenReady(redis);
  await fillContacts(lab, { devices: devices.slice(0, queues), messages: queues * 6, first: 0 });
  await lab.startApp('scheduler', { env });
  await nudge(
    redis,
    devices.map(({ deviceId }) => deviceId),
  );
  say('waiting until the queues are filled');
  const queued = "select from sequence_contacts where dispatch_state = 'queued'";
  while ((await runSql(databaseUrl, queued)).length < queues * 6) {
    await sleep(200, undefined, { signal });
  }
  const dashboard = await lab.startApp('dashboard', { env });
  const key = await createApiKey(lab.db, { name: 'bench', role: 'admin', actor: 'bench' });
  if (key.kind !== 'created') throw new Error('the key was not made');
  const browser: Browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  onEnd(async () => await browser.close());
  return {
    ...lab,
    redis,
    key: key.token,
    address: `http://127.0.0.1:${dashboard.facts['port']}`,
    browserVersion: `Chromium ${browser.version()}`,
    openBrowser: async () => await browser.newContext({ viewport: { width: 1_280, height: 900 } }),
  };
}

/** Logs in as a person does. */
export async function logIn(lab: PagesLab, context: BrowserContext): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${lab.address}/login`);
  await page.fill('#key', lab.key);
  await page.click('button');
  await page.waitForURL(`${lab.address}/`);
  await page.close();
}
