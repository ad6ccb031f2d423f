import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext } from 'playwright-core';
import type { PartContext } from '../part.ts';
import { spreadOf } from '../statistics.ts';
import { logIn, type PagesLab } from './open-pages-lab.ts';

export type BoardReading = Readonly<{
  /** ms */
  look: number;
  /** Of Redis, for one look. */
  commands: number;
  /** Of the answer, as it comes over the wire. */
  bytes: number;
  /** ms from the address to the first queue drawn. */
  firstCard?: number | undefined;
}>;

export type BoardFindings = Readonly<{
  ours: BoardReading & Readonly<{ firstCard: number }>;
  cached: BoardReading;
  usual: BoardReading;
}>;

const looks = 10;
/** Longer than an answer is kept. */
const staleAfter = 2_500;
const usualBoard = new URL('usual-board.js', import.meta.url);

/** Our board beside one with its default settings, over the same queues. */
export async function measureQueueBoard(
  context: PartContext,
  lab: PagesLab,
): Promise<BoardFindings> {
  const { say, signal } = context;
  say('looking at our board');
  const headers = { authorization: `Bearer ${lab.key}` };
  const path = '/api/queues?activeQueue=&status=latest&page=1&jobsPerPage=10';
  const ours = { address: `${lab.address}/queues`, path, headers };
  const fresh = await look(lab, ours, async () => await sleep(staleAfter, undefined, { signal }));
  const cached = await look(lab, ours, async () => {});
  const browser = await lab.openBrowser();
  await logIn(lab, browser);
  const firstCard = await timeToFirstCard(browser, `${lab.address}/queues/`);
  await browser.close();
  if (firstCard === undefined) throw new Error('our board drew no queue within 60 s');
  say('looking at one with default settings');
  const board = await lab.startProgram(usualBoard, 'usual board', {
    env: { DATABASE_URL: lab.servers.databaseUrl, REDIS_URL: lab.servers.redisUrl },
  });
  const address = `http://127.0.0.1:${board.facts['port']}/queues`;
  const usual = await look(lab, { address, path, headers: {} }, async () => {});
  const other = await lab.openBrowser();
  const usualCard = await timeToFirstCard(other, `${address}/`);
  await other.close();
  return {
    ours: { ...fresh, firstCard },
    cached,
    usual: { ...usual, firstCard: usualCard },
  };
}

type Board = Readonly<{ address: string; path: string; headers: Record<string, string> }>;

async function look(
  { redis }: PagesLab,
  { address, path, headers }: Board,
  between: () => Promise<void>,
): Promise<BoardReading> {
  const times: number[] = [];
  let bytes = 0;
  const before = await commandsOf(redis);
  for (let at = 0; at < looks; at += 1) {
    await between();
    const started = performance.now();
    const response = await fetch(`${address}${path}`, { headers });
    const body = await response.arrayBuffer();
    times.push(performance.now() - started);
    if (!response.ok) throw new Error(`the board answered ${response.status}`);
    bytes = Number(response.headers.get('content-length') ?? body.byteLength);
  }
  const commands = ((await commandsOf(redis)) - before) / looks;
  return { look: spreadOf(times).median, commands, bytes };
}

/** Commands that Redis has run since its start, those inside scripts included. */
async function commandsOf(redis: PagesLab['redis']): Promise<number> {
  return Number(/total_commands_processed:(\d+)/.exec(await redis.info('stats'))?.[1] ?? 0);
}

async function timeToFirstCard(browser: BrowserContext, url: string): Promise<number | undefined> {
  const page = await browser.newPage();
  const started = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  try {
    await page.waitForSelector('main a[href*="/queue/"]', { timeout: 60_000 });
    return performance.now() - started;
  } catch {
    return undefined;
  } finally {
    await page.close();
  }
}
