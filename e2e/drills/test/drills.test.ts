import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../dist/drills/main.js', import.meta.url));

// `--report`: a time is for a quiet machine to reach; what is judged here are the guarantees.
async function runDrill(name: string) {
  const child = spawn(process.execPath, [program, name, '--report']);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

// Guards: two schedulers that fill the room of a device twice, or queue a row twice.
it('four schedulers at once queue 60,000 due rows once each, never more than 100 for a device', async () => {
  expect(await runDrill('schedulers')).toMatchObject({ code: 0 });
}, 300_000);
