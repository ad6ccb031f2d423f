import { mkdir, writeFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import type { PartContext } from '../part.ts';
import type { PicturesLab } from './open-pictures-lab.ts';
import { palettePng } from './palette-png.ts';
import { pngPixels } from './png-pixels.ts';
import { addFleet, playScene, startDraining } from './play-scene.ts';

/** Writes a page, or a part of it, in light and dark. */
type Take = (page: Page, name: string, part?: Page | Locator) => Promise<void>;

type Task = Readonly<{ context: PartContext; folder: URL }>;

/** Writes what the README shows, each in light and dark. */
export async function takePictures(lab: PicturesLab, { context, folder }: Task): Promise<void> {
  await mkdir(folder, { recursive: true });
  const take: Take = async (page, name, part = page) => {
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      const png = await part.screenshot({ animations: 'disabled' });
      await writeFile(new URL(`${name}-${scheme}.png`, folder), palettePng(pngPixels(png)));
    }
  };
  const devices = await addFleet(lab);
  await takePairing(lab, take);
  // Open from the start: the page draws what it has seen.
  const page = await openPage(lab, {});
  await playScene(lab, devices, context);
  await startDraining(lab, devices);
  context.say('taking the pictures');
  await page.waitForSelector('.chip:not(.none):has-text("Draining")');
  await take(page, 'fleet');
  await page.fill('#search', 'team=br');
  await page.click('[role="row"]:has-text("Paused") >> nth=0');
  await page.waitForSelector('.advice');
  await take(page, 'device');
  await page.goto(`${lab.address}/queues/view?scope=hot`);
  await page.waitForSelector('main a[href*="/queue/"]');
  await take(page, 'queues');
  await page.setViewportSize({ width: 390, height: 780 });
  await page.goto(`${lab.address}/`);
  await page.waitForSelector('[role="row"] >> nth=5');
  await take(page, 'phone');
}

/** A real session is asked to link; nobody scans what it shows. */
async function takePairing(lab: PicturesLab, take: Take): Promise<void> {
  const name = 'shop-br-024';
  await lab.sql("update devices set session_state = 'unpaired' where name = $1", [name]);
  const worker = await lab.startWorker('worker-a', 'baileys');
  const page = await openPage(lab, { hash: `device=${name}` });
  await page.click('.actions button:has-text("Pair")');
  await page.waitForSelector('.qr', { timeout: 60_000 });
  await take(page, 'pairing', page.locator('dialog.pairing'));
  await page.keyboard.press('Escape');
  await page.context().close();
  await worker.stop();
}

/** The fleet page in a browser of its own, logged in as a person does. */
async function openPage(
  { browser, address, key }: PicturesLab,
  { hash = '' }: Readonly<{ hash?: string }>,
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${address}/login`);
  await page.fill('#key', key);
  await page.click('button');
  await page.waitForURL(`${address}/`);
  await page.goto(`${address}/#${hash}`);
  await page.waitForSelector('[role="row"] >> nth=5');
  return page;
}
