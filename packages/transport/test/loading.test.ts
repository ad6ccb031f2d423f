import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const index = new URL('../src/index.ts', import.meta.url).href;

test('the simulated transport does without Baileys: it is loaded by the call that needs it', async () => {
  // Guards: 60 MB in each process that never speaks to WhatsApp.
  const simulated = `simulatedTransport('ws://127.0.0.1:9', {})`;
  expect(await scriptsOf(simulated)).not.toContain('/@whiskeysockets/baileys/');
  const real = `await baileysTransport({ url: 'wss://localhost', timings: {}, typingTime: 0 })`;
  expect(await scriptsOf(real)).toContain('/@whiskeysockets/baileys/');
});

/** The scripts that a process loads which does this, one a line. */
async function scriptsOf(deed: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dripfleet-loading-'));
  const source = `const { simulatedTransport, baileysTransport } = await import('${index}'); ${deed};`;
  const options = ['--conditions=@dripfleet/source', '--import', 'tsx', '--input-type=module'];
  // What the engine has compiled it lists for its coverage.
  await promisify(execFile)(process.execPath, [...options, '--eval', source], {
    env: { ...process.env, NODE_V8_COVERAGE: folder },
  });
  const reports = await readdir(folder);
  const texts = await Promise.all(
    reports.map(async (name) => await readFile(path.join(folder, name), 'utf8')),
  );
  await rm(folder, { recursive: true });
  return texts
    .flatMap((text) => (JSON.parse(text) as { result: { url: string }[] }).result)
    .map(({ url }) => url)
    .join('\n');
}
