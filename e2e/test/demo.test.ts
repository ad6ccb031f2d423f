import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startDemo } from './demo-run.ts';

/** Processes whose command line names this repository's apps, or whose environment names this run. */
function processesOf(parentPid: number): readonly string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        return environment.includes(`DRIPFLEET_TEST_RUN=${parentPid}-`)
          ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')]
          : [];
      } catch {
        return [];
      }
    });
}

const runMark = (name: string) => ({ DRIPFLEET_TEST_RUN: `${process.pid}-${name}` });

// Guards the first promise: nobody gets two messages for one step although a worker dies with sends in hand, and two
// schedulers fill the queues side by side.
it('ends with the verdict although a worker is killed, and leaves no process behind', async () => {
  const demo = startDemo(
    ['--devices', '12', '--contacts', '120', '--workers', '3', '--schedulers', '2'],
    runMark('killed'),
  );
  const { code, output } = await demo.ended;
  expect(output).toContain('every step once, in order, within the caps');
  expect(output).toMatch(/killed worker \d \(SIGKILL\) with [1-9]\d* sends? unacknowledged/);
  expect(output).toMatch(/of worker \d were taken over by the others/);
  expect(code).toBe(0);
  expect(processesOf(process.pid)).toEqual([]);
});

// The same through real sessions: every device paired by its QR, every text as the contact's phone decrypted it.
it('keeps the promise through real WhatsApp sessions, taken over with their credentials', async () => {
  const demo = startDemo(
    ['--transport', 'baileys', '--devices', '9', '--contacts', '90', '--workers', '3'],
    runMark('baileys'),
  );
  const { code, output } = await demo.ended;
  expect(output).toContain('paired 9 devices');
  expect(output).toContain('every step once, in order, within the caps');
  expect(output).toMatch(/killed worker \d \(SIGKILL\) with [1-9]\d* sends? unacknowledged/);
  expect(output).toMatch(/of worker \d were taken over by the others/);
  expect(code).toBe(0);
  expect(processesOf(process.pid)).toEqual([]);
});

// Guards against workers that outlive the person who started them.
it('ends everything on Ctrl-C in the middle of a run', async () => {
  const demo = startDemo(
    ['--devices', '6', '--contacts', '600', '--no-kill'],
    runMark('interrupted'),
  );
  await demo.accepted(20);
  demo.interrupt();
  const { code } = await demo.ended;
  expect(code).not.toBe(0);
  expect(processesOf(process.pid)).toEqual([]);
});
