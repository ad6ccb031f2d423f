import { fork } from 'node:child_process';
import { once } from 'node:events';
import { startSimulator } from '@dripfleet/testkit';
import { expect, test } from 'vitest';

test('nothing of a session is printed: no keys, no records, no numbers', async () => {
  // Guards: private keys in the log of a worker; libsignal prints whole session records.
  const simulator = await startSimulator({ registerUnknown: true });
  const program = new URL('console-program.ts', import.meta.url).pathname;
  const child = fork(program, [simulator.whatsappUrl], {
    execArgv: ['--conditions=@dripfleet/source', '--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data: Buffer) => {
      printed += data.toString();
    });
  }
  const closed = once(child, 'close');
  const [told] = (await once(child, 'message')) as [{ asked: number }];
  // Baileys keeps a process for 30 s with a timer that it never clears.
  child.kill();
  await closed;
  await simulator.stop();
  expect(told.asked).toBeGreaterThan(0);
  expect(printed).toBe('');
});
