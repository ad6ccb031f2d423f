import { join } from 'node:path';
import { createKeyFile } from '@dripfleet/credentials';
import { createApiKey } from '@dripfleet/operations';
import { runSql } from '@dripfleet/testkit';
import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '@dripfleet/testkit';
import { type BenchLab, openBenchLab } from '../lab/open-bench-lab.ts';
import type { PartContext } from '../part.ts';

export type PicturesLab = BenchLab &
  Readonly<{
    browser: Browser;
    /** Of the dashboard, without a slash at its end. */
    address: string;
    /** An operator's. */
    key: string;
    sql(text: string, values?: readonly unknown[]): Promise<void>;
    startScheduler(): Promise<void>;
    /** A worker under a name of ours: a picture shows no name of the machine that it was taken on. */
    startWorker(
      host: string,
      transport: 'baileys' | 'simulated',
    ): Promise<{ stop(): Promise<void> }>;
    /** Lets the simulated network do something other than usual. */
    addRules(rules: readonly object[]): Promise<void>;
  }>;

/** A fleet without devices, a dashboard over it, and a browser. Throws when there is no Chromium. */
export async function openPicturesLab(context: PartContext): Promise<PicturesLab> {
  const executablePath = findChromium(context.env);
  if (executablePath === undefined)
    throw new Error('no Chromium was found: apt-get install chromium, or set CHROMIUM_PATH');
  const lab = await openBenchLab(context);
  const { databaseUrl, redisUrl, folder } = lab.servers;
  const keyFile = join(folder, 'credentials.key');
  await createKeyFile(keyFile);
  const ledger = join(folder, 'ledger.jsonl');
  const simulator = await lab.startApp('simulator', { args: ['--port', '0', '--ledger', ledger] });
  const network = `127.0.0.1:${simulator.facts['port']}`;
  const env = {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    CREDENTIALS_KEY_FILE: keyFile,
    SIMULATOR_URL: `ws://${network}`,
    WHATSAPP_URL: `ws://${network}/ws/chat`,
    TRIGGER_INTERVAL: '1s',
    MAX_WORKERS_PER_INSTANCE: '60',
  };
  const dashboard = await lab.startApp('dashboard', { env });
  const key = await createApiKey(lab.db, { name: 'maria', role: 'operator', actor: 'pictures' });
  if (key.kind !== 'created') throw new Error('the key was not made');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  context.onEnd(async () => await browser.close());
  const sql = async (text: string, values: readonly unknown[] = []) =>
    void (await runSql(databaseUrl, text, values));
  return {
    ...lab,
    browser,
    sql,
    key: key.token,
    address: `http://127.0.0.1:${dashboard.facts['port']}`,
    startScheduler: async () => void (await lab.startApp('scheduler', { env })),
    startWorker: async (host, transport) => {
      const worker = await lab.startApp('worker', { env: { ...env, TRANSPORT: transport } });
      await sql("update workers set host = $1 where host not like 'worker-_'", [host]);
      return worker;
    },
    addRules: async (rules) => {
      for (const rule of rules) await post(`http://${network}/rules`, rule);
    },
  };
}

async function post(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`the simulator answered ${response.status}`);
}
