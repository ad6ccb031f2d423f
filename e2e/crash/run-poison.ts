import { setTimeout as sleep } from 'node:timers/promises';
import { listDeadLetters } from '@dripfleet/operations';
import { type Cleanup, runProgram } from '@dripfleet/tools';
import { CrashLab } from './crash-lab.ts';
import { contactsOf, type LabDevice, stepCount, writePlan } from './crash-plan.ts';
import type { CrashPoint } from './crash-points.ts';
import type { Death } from './crasher.ts';
import { readTallies } from './read-tallies.ts';

/** Where a process dies each time that it has one certain contact's message in hand. */
const poisons: readonly (readonly CrashPoint[])[] = [
  ['in_load'],
  ['in_render'],
  ['before_begin'],
  ['after_begin', 'in_recovery_after_begin'],
];

export type PoisonRow = Readonly<{
  points: readonly CrashPoint[];
  /** Of one process after the other, on the same device. */
  deaths: readonly Death[];
  /** Messages of its other contacts that the network accepted, and how many there were to be. */
  sends: number;
  expected: number;
}>;

export type PoisonResult = Readonly<{
  rows: readonly PoisonRow[];
  /** Rows that wait for an operator as poison. */
  letters: number;
  left: number;
  verdict: Readonly<{ code: number; text: string }>;
}>;

/** More than may be: a row that kills is a dead letter after the third. */
const crashesMost = 5;
const longest = 150_000;

/**
 * Gives workers a contact whose message kills them, again and again, until the row is nobody's any more and everybody
 * else has all messages. Each point has a device and a chain of workers of its own.
 */
export async function runPoison(options: {
  env: NodeJS.ProcessEnv;
  cleanup: Cleanup;
  say: (line: string) => void;
}): Promise<PoisonResult> {
  const { cleanup, say } = options;
  const lab = await CrashLab.open({ ...options, transport: 'simulated', receiptDelay: 50 });
  const devices = await lab.addDevices(poisons.length);
  writePlan(lab.planFile, devices);
  await lab.startApp('scheduler', 'scheduler');
  await lab.enroll(devices);
  const over = new AbortController();
  const chains = poisons.map(async (points, at) => {
    const device = devices[at];
    if (device === undefined) throw new Error('a point without a device');
    const deaths = await crashAgainAndAgain(lab, { points, device, over: over.signal, say });
    return { points, device, deaths };
  });
  const left = await untilOnlyPoisonIsLeft(lab, cleanup.signal);
  over.abort();
  const tallies = readTallies(lab.ledger);
  const ended = await Promise.all(chains);
  const rows = ended.map(({ points, device, deaths }) => ({
    points,
    deaths,
    sends: tallies.of([device.phone], 0).sends,
    expected: (contactsOf(device).length - 1) * stepCount,
  }));
  const letters = await countPoison(lab, ['failed', 'uncertain']);
  const judged = ['--ledger', lab.ledger, '--plan', lab.planFile, '--partial'];
  const { code, stdout, stderr } = await runProgram('checker', judged, lab.env);
  return { rows, letters, left, verdict: { code, text: `${stdout}${stderr}` } };
}

/** Rows of these states that are held because processes died of them. */
async function countPoison(
  lab: CrashLab,
  states: readonly ('failed' | 'uncertain')[],
): Promise<number> {
  let count = 0;
  for (const state of states) {
    const found = await listDeadLetters(lab.db, { state });
    const lines = found.kind === 'listed' ? found.lines : [];
    for (const { error, held } of lines) if (error?.class === 'poison') count += held;
  }
  return count;
}

/** Starts one worker after the other until the last one lives on. */
async function crashAgainAndAgain(
  lab: CrashLab,
  options: {
    points: readonly CrashPoint[];
    device: LabDevice;
    over: AbortSignal;
    say: (line: string) => void;
  },
): Promise<readonly Death[]> {
  const { points, device, over, say } = options;
  const [contact] = contactsOf(device);
  const deaths: Death[] = [];
  while (!over.aborted && deaths.length < crashesMost) {
    const order = { crashAt: `${points.join(',')}:1`, contact, devices: [device] };
    const crasher = lab.startCrasher('worker', order);
    const stop = () => crasher.signal('SIGTERM');
    over.addEventListener('abort', stop, { once: true });
    const death = await crasher.died;
    over.removeEventListener('abort', stop);
    if (death.point === undefined || !points.includes(death.point)) break;
    deaths.push(death);
    say(`${death.point}: crash ${deaths.length}`);
  }
  return deaths;
}

/** Resolves when all who are still active wait for an operator, or time is up; returns how many do not. */
async function untilOnlyPoisonIsLeft(lab: CrashLab, signal: AbortSignal): Promise<number> {
  const until = performance.now() + longest;
  for (;;) {
    const { active, held } = await lab.countLeft();
    if (active === held || performance.now() > until) return active - held;
    await sleep(500, undefined, { signal });
  }
}
