import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { addDevice, findChromium } from '@dripfleet/testkit';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PairingView, Role } from '../src/wire.ts';
import { openTestDashboard, type TestDashboard } from './open-test-dashboard.ts';

const executablePath = findChromium(process.env);
const isBuilt = existsSync(fileURLToPath(new URL('../dist/web/index.html', import.meta.url)));
const reason =
  executablePath === undefined
    ? 'skipped: no Chromium on this machine; apt-get install chromium, or set CHROMIUM_PATH'
    : isBuilt
      ? undefined
      : 'skipped: the page is not built';

/** Names and texts that run something where a page writes them as HTML. */
const hostile = [
  '<img src=x onerror=window.pwned=1>',
  '"><script>window.pwned=1</script>',
  "';window.pwned=1;//",
  'javascript:window.pwned=1',
  '{{constructor.constructor("window.pwned=1")()}}',
];

describe.skipIf(reason !== undefined)(`in a browser${reason ? ` (${reason})` : ''}`, () => {
  let dashboard: TestDashboard;
  let browser: Browser;
  let address: string;
  /** Requests that left for somewhere else, what the browser refused, and whatever else it complained of. */
  const strange: string[] = [];

  beforeAll(async () => {
    dashboard = await openTestDashboard();
    const { store } = dashboard;
    for (let at = 0; at < 40; at += 1) {
      const text = hostile[at % hostile.length];
      const labels = JSON.stringify({ team: at % 2 ? 'br' : 'mx', note: text });
      const name = `shop-${String(at).padStart(2, '0')}`;
      const state = at % 2 ? {} : { desired_state: 'paused', desired_reason: text };
      await addDevice(store, { name, labels, ...state });
    }
    address = await dashboard.server.listen({ port: 0, host: '127.0.0.1' });
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.close();
  });

  async function openPage(role: Role, width = 1_280): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 800 } });
    const page = await context.newPage();
    page.on('request', (request) => {
      if (!request.url().startsWith(address) && !request.url().startsWith('data:'))
        strange.push(request.url());
    });
    page.on('console', (message) => {
      if (message.type() === 'error') strange.push(message.text());
    });
    page.on('pageerror', (error) => strange.push(error.message));
    await page.goto(`${address}/`);
    await page.waitForURL(`${address}/login`);
    await page.fill('#key', dashboard.keys[role]);
    await page.click('button');
    await page.waitForURL(`${address}/`);
    await page.waitForSelector('[role="row"] >> nth=3');
    return page;
  }
  const rowsOf = async (page: Page) =>
    await page.locator('[role="row"] .c-name[role="gridcell"]').allTextContents();

  test('an operator finds devices, pauses all that match with a reason, and sees it happen', async () => {
    const page = await openPage('operator');
    await page.keyboard.press('/');
    await page.keyboard.type('team=br');
    await expect.poll(async () => (await rowsOf(page)).length).toBe(20);
    await page.click('.bulk button:has-text("Pause")');
    await page.fill(
      'dialog textarea, dialog input[type="text"], dialog input:not([type])',
      'price',
    );
    await page.click('dialog button[type="submit"]');
    await expect
      .poll(
        async () => await dashboard.store.sql("select from devices where desired_reason = 'price'"),
      )
      .toHaveLength(20);
    await expect
      .poll(
        async () => await page.locator('[role="row"] .c-condition:has-text("Paused")').count(),
        {
          timeout: 5_000,
        },
      )
      .toBe(20);
    const [entry] = await dashboard.store.sql<{ actor: string; reason: string }>(
      "select actor, reason from operator_actions where action = 'device.pause' limit 1",
    );
    expect(entry).toEqual({ actor: 'key:test-operator', reason: 'price' });
    await page.context().close();
  });

  test('a device is looked at with the keyboard alone, and its drawer says what to do', async () => {
    const page = await openPage('operator');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const drawer = page.locator('dialog.drawer');
    await expect.poll(async () => await drawer.textContent()).toContain('What to do');
    await page.keyboard.press('Escape');
    await expect.poll(async () => await drawer.count()).toBe(0);
    await page.context().close();
  });

  test('a viewer is offered nothing that changes anything', async () => {
    const page = await openPage('viewer');
    await expect.poll(async () => await page.textContent('.bulk')).toContain('viewer');
    expect(await page.locator('.bulk button').count()).toBe(0);
    await page.context().close();
  });

  test('fits a phone', async () => {
    const page = await openPage('viewer', 390);
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect(Number(width)).toBeLessThanOrEqual(390);
    await page.context().close();
  });

  test('a QR is drawn, and drawn anew as it rotates, until the device is linked', async () => {
    const page = await openPage('operator');
    const qr = (row: string): PairingView => ({
      kind: 'waiting',
      method: 'qr',
      qr: [row, row],
      validForMs: 1_000,
    });
    const answers: PairingView[] = [
      { kind: 'requested' },
      qr('10'),
      qr('01'),
      { kind: 'paired', phone: '+15550000001' },
    ];
    await page.route('**/api/v1/devices/*/pairing', async (route) => {
      const [json] = answers.length > 1 ? answers.splice(0, 1) : answers;
      await route.fulfill({ json });
    });
    await page.click('[role="row"] >> nth=1');
    await page.click('.actions button:has-text("Pair")');
    await page.click('dialog.pairing button[type="submit"]');
    const drawn = page.locator('.qr path');
    await expect.poll(async () => await drawn.getAttribute('d')).toBe('M0 0h1v1h-1zM0 1h1v1h-1z');
    await expect
      .poll(async () => await drawn.getAttribute('d'), { timeout: 5_000 })
      .toBe('M1 0h1v1h-1zM1 1h1v1h-1z');
    await expect
      .poll(async () => await page.textContent('dialog.pairing'), { timeout: 5_000 })
      .toContain('Linked');
    await page.context().close();
  });

  test('no label or reason runs anything: they are shown as they are', async () => {
    const page = await openPage('operator');
    for (const [at, text] of hostile.entries()) {
      const name = `shop-${String(at * 2).padStart(2, '0')}`;
      const shown = hostile[(at * 2) % hostile.length] ?? text;
      await page.goto(`${address}/#device=${name}`);
      const drawer = page.locator('dialog.drawer');
      await expect.poll(async () => await drawer.locator('h2').textContent()).toBe(name);
      expect(await drawer.locator('.state').textContent()).toContain(shown);
      expect(await drawer.locator('.facts').textContent()).toContain(`note=${shown}`);
    }
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    await page.goto(`${address}/queues/view?scope=device:shop-00`);
    await page.waitForSelector(`text=${hostile[0]}`);
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    await page.context().close();
  });

  test('Bull Board and the API’s page draw', async () => {
    const page = await openPage('viewer');
    await page.goto(`${address}/queues/view`);
    await page.fill('#text', 'shop-1');
    await page.click('button');
    await expect.poll(async () => await page.locator('main a[href*="/queue/"]').count()).toBe(10);
    await page.goto(`${address}/docs`);
    await page.waitForSelector('.swagger-ui .opblock, .swagger-ui .info');
    await page.context().close();
  });

  // The last: it speaks of all that went before.
  test('nothing was asked for elsewhere, and no browser complained', () => {
    expect(strange).toEqual([]);
  });
});
