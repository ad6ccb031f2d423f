import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../dist/soak/main.js', import.meta.url));

async function runSoak(args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'dripfleet-soak-'));
  const ledger = join(folder, 'ledger.jsonl');
  try {
    const child = spawn(process.execPath, [program, ...args, '--ledger', ledger]);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    const read = (file: string) => readFileSync(file, 'utf8').trim().split('\n');
    const lines = read(ledger).map((line) => JSON.parse(line) as { outcome?: string });
    const actions = read(`${ledger}.actions.jsonl`).map((line) => JSON.parse(line) as Action);
    const sends = lines.filter(({ outcome }) => outcome === 'accepted').length;
    return { code, output, sends, faults: actions.filter(({ action }) => action === 'fault') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Action = { action: string; kind?: string };

// The promise of the whole engine: whatever breaks, in whatever order, nobody is written to twice and nobody is lost.
// Longer runs are for a longer evening: npm run soak.
it('three minutes of random faults on the simulated transport break no promise', async () => {
  const { code, output, sends, faults } = await runSoak(['--minutes', '3', '--seed', '1']);
  expect({ code, output }).toEqual({ code: 0, output });
  // A run without work, or without faults, would prove nothing.
  expect(sends).toBeGreaterThan(1_500);
  expect(faults.length).toBeGreaterThanOrEqual(6);
}, 600_000);

it('a minute and a half of random faults on real WhatsApp sessions breaks no promise', async () => {
  const args = ['--minutes', '1.5', '--seed', '2', '--transport', 'baileys'];
  const { code, output, sends, faults } = await runSoak(args);
  expect({ code, output }).toEqual({ code: 0, output });
  expect(sends).toBeGreaterThan(200);
  expect(faults.length).toBeGreaterThanOrEqual(2);
}, 600_000);
