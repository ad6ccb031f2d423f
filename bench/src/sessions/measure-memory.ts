import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildProgram } from '../processes/child-program.ts';
import { readCpu, readMemory } from '../processes/process-figures.ts';
import { spreadOf } from '../statistics.ts';
import { HostProcess } from './host-process.ts';
import type { Lab } from './lab.ts';
import type { SessionsPlan } from './sessions-plan.ts';

/** One worker with idle sessions. */
export type MemoryReading = Readonly<{
  sessions: number;
  /** MiB, the median of the idle time. */
  rss: number;
  /** MiB, the most until then: what opening took. */
  peak: number;
  /** Percent of a core while idle. */
  cpu: number;
  /** From the worker's start to the last session, ms. */
  opening: number;
}>;

/** Opens sessions in fresh workers, the small numbers first, and reads what an idle worker takes. */
export async function measureMemory(
  lab: Lab,
  plan: SessionsPlan['memory'],
): Promise<readonly MemoryReading[]> {
  const readings: MemoryReading[] = [];
  for (const sessions of plan.sizes) {
    await addDevices(lab, sessions);
    for (let repetition = 1; repetition <= plan.repetitions; repetition += 1) {
      lab.context.say(`memory: ${sessions} sessions, ${repetition} of ${plan.repetitions}`);
      const reading = await readOneWorker(lab, sessions, plan);
      readings.push(reading);
      lab.context.say(`  ${reading.rss.toFixed(1)} MiB, ${reading.cpu.toFixed(1)} % of a core`);
    }
  }
  return readings;
}

/** Every new device has logged in once before it is measured: only the first login uploads keys. */
export async function addDevices(lab: Lab, count: number): Promise<void> {
  const added = await lab.devices.grow(count);
  if (added.length === 0) return;
  lab.context.say(`first login of ${added.length} devices`);
  const host = await HostProcess.open(lab, { devices: added, sharedStorage: true });
  await host.close();
}

async function readOneWorker(
  lab: Lab,
  sessions: number,
  { settle, idle }: SessionsPlan['memory'],
): Promise<MemoryReading> {
  const { signal } = lab.context;
  const started = performance.now();
  const worker = await startWorker(lab, sessions);
  await untilOpen(worker, sessions, signal);
  const opening = performance.now() - started;
  await sleep(settle, undefined, { signal });
  const from = { cpu: await readCpu(worker.pid), at: performance.now() };
  const samples: number[] = [];
  while (performance.now() < from.at + idle) {
    await sleep(1_000, undefined, { signal });
    samples.push((await readMemory(worker.pid)).rss);
  }
  const busy = (await readCpu(worker.pid)) - from.cpu;
  const elapsed = performance.now() - from.at;
  const { peak } = await readMemory(worker.pid);
  const open = await countOpen(worker, signal);
  if (open !== sessions) throw new Error(`only ${open} of ${sessions} sessions stayed open`);
  await worker.stop();
  return {
    sessions,
    rss: spreadOf(samples).median / 1_024,
    peak: peak / 1_024,
    cpu: (100 * busy) / elapsed,
    opening,
  };
}

async function startWorker(
  { startApp, servers, devices, whatsappUrl }: Lab,
  sessions: number,
): Promise<ChildProgram> {
  return await startApp('worker', {
    env: {
      DATABASE_URL: servers.databaseUrl,
      REDIS_URL: servers.redisUrl,
      TRANSPORT: 'baileys',
      WHATSAPP_URL: whatsappUrl,
      CREDENTIALS_KEY_FILE: devices.keyFile,
      MAX_WORKERS_PER_INSTANCE: String(Math.max(1, sessions)),
    },
  });
}

/** Ten open in a second; more than this and something is wrong. */
const openingMax = (sessions: number): number => 90_000 + sessions * 400;

async function untilOpen(worker: ChildProgram, sessions: number, signal: AbortSignal) {
  const giveUpAt = performance.now() + openingMax(sessions);
  for (;;) {
    const open = await countOpen(worker, signal);
    if (open === sessions) return;
    if (performance.now() > giveUpAt)
      throw new Error(`only ${open} of ${sessions} sessions opened`);
    await sleep(500, undefined, { signal });
  }
}

async function countOpen(worker: ChildProgram, signal: AbortSignal): Promise<number> {
  const url = `http://127.0.0.1:${worker.facts['port']}/metrics`;
  const text = await (await fetch(url, { signal })).text();
  const [, open] = /^dripfleet_active_devices (\d+)$/m.exec(text) ?? [];
  if (open === undefined) throw new Error('the worker does not say how many devices are active');
  return Number(open);
}
