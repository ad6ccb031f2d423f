import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { connect } from './light-client.ts';

const main = new URL('../src/main.ts', import.meta.url).pathname;
const execArgv = ['--conditions=@dripfleet/source', '--import', 'tsx'];

it('announces its port, and has all of the ledger in the file when SIGTERM ends it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  const ledger = join(folder, 'ledger.jsonl');
  const args = ['--port', '0', '--ledger', ledger, '--ack-delay', '1-3'];
  const child = fork(main, args, { execArgv, stdio: 'ignore' });
  const exited = once(child, 'exit');
  const [message] = (await once(child, 'message')) as [{ ready: { port: number } }];
  const { client } = await connect(message.ready.port, '+15550000001');
  for (let i = 0; i < 500; i += 1) client.send('+15559990001', `A${i}`);
  await client.next();
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  const lines = readFileSync(ledger, 'utf8').trimEnd().split('\n');
  const events = lines.map((line) => JSON.parse(line) as { n: number; event: string });
  expect(events.at(-1)).toMatchObject({ n: lines.length });
  // On a busy machine not the last: what the client had sent before it heard of the end is still written down.
  expect(events.filter(({ event }) => event === 'disconnect')).toMatchObject([{ code: 1001 }]);
  rmSync(folder, { recursive: true });
});

it('exits 2 and names the option when the command line is wrong', async () => {
  const child = fork(main, ['--ack-delay', 'soon'], { execArgv, stdio: 'pipe' });
  let said = '';
  child.stderr?.on('data', (data: Buffer) => {
    said += data.toString();
  });
  const [code] = (await once(child, 'close')) as [number];
  expect(said).toContain('--ack-delay');
  expect(code).toBe(2);
});
