import { setTimeout as sleep } from 'node:timers/promises';
import { type Cleanup, pairDevices, runProgram } from '@dripfleet/tools';
import { casesFor, type CrashCase, type TransportName } from './crash-case.ts';
import { CrashLab, stealAfter } from './crash-lab.ts';
import { contactsOf, type LabDevice, writePlan } from './crash-plan.ts';
import type { Crasher, Death } from './crasher.ts';
import { type DeviceTally, readTallies } from './read-tallies.ts';

export type MatrixRow = Readonly<{
  case: CrashCase;
  death: Death;
  /** Of all its devices. */
  tally: DeviceTally;
}>;

export type MatrixResult = Readonly<{
  transport: TransportName;
  rows: readonly MatrixRow[];
  /** Contacts midway when time was up. */
  left: number;
  verdict: Readonly<{ code: number; text: string }>;
}>;

export type MatrixOptions = Readonly<{
  transport: TransportName;
  env: NodeJS.ProcessEnv;
  cleanup: Cleanup;
  say: (line: string) => void;
}>;

type Placed = Readonly<{ case: CrashCase; devices: readonly LabDevice[] }>;

/** Crashing processes at a time: each start takes a second of a processor. */
const sideBySide = 5;
/** A receipt that comes after the takeover proves nothing to it: what may have left must be sent again. */
const lateReceipt = 150_000;
const quickReceipt = 50;
/** A lost job is missed when its row has been queued for 60 s, at the next full look of a scheduler. */
const missedAfter = 61_000;
/** All is long over by then. */
const longest = 120_000;

/**
 * Crashes a process at each point, lets ordinary ones take over, and has the network's ledger judged when all is done.
 *
 * Order: schedulers that crash; then workers that crash on a message's way; then one that crashes shedding a device; then
 * those that crash handing devices over to an ordinary worker, which also takes over what the others left.
 */
export async function runMatrix(options: MatrixOptions): Promise<MatrixResult> {
  const { transport, cleanup, say } = options;
  const receiptDelay = transport === 'simulated' ? lateReceipt : quickReceipt;
  const lab = await CrashLab.open({ ...options, receiptDelay });
  const cases = casesFor(transport);
  const devices = await lab.addDevices(cases.reduce((sum, { devices: count }) => sum + count, 0));
  const placed = place(cases, devices);
  writePlan(lab.planFile, devices);
  if (transport === 'baileys') await pairAll(lab, { devices, signal: cleanup.signal });
  const deaths = new Map<CrashCase, Death>();
  await crashSchedulers(lab, { placed, deaths });
  await lab.startApp('scheduler', 'scheduler');
  const onRoute = placed.filter(({ case: { part } }) => part === 'route');
  await prepareNetwork(lab, onRoute);
  await lab.enroll(onRoute.flatMap((one) => one.devices));
  say(`crashed ${deaths.size} schedulers; ${onRoute.length} workers follow`);
  await crashOnRoute(lab, { placed: onRoute, deaths });
  const crashedAt = performance.now();
  say(`${deaths.size} processes have crashed; others are to hand their devices over`);
  const leaving = await startLeaving(lab, { placed, signal: cleanup.signal });
  await crashShedding(lab, leaving, deaths);
  await lab.startApp('worker', 'worker 1');
  // Until then the dead look like peers that might take devices.
  await pauseUntil(crashedAt + stealAfter, cleanup.signal);
  await lab.startApp('worker', 'worker 2');
  // On a slow machine the early ones may be done by now, and nobody sheds a device that has nothing to do.
  await lab.enroll(
    leaving.flatMap((one) => one.devices),
    'late',
  );
  await crashHandingOver(leaving, deaths);
  say(`${deaths.size} processes have crashed; ordinary workers go on`);
  if (cases.some(({ point }) => point === 'in_recovery_clear')) {
    // A scheduler looks when it starts.
    await pauseUntil(crashedAt + missedAfter, cleanup.signal);
    await lab.startApp('scheduler', 'scheduler 2');
  }
  const left = await untilConcluded(lab, cleanup.signal);
  return await judge(lab, { transport, placed, deaths, left });
}

function place(cases: readonly CrashCase[], devices: readonly LabDevice[]): readonly Placed[] {
  let next = 0;
  return cases.map((one) => {
    next += one.devices;
    return { case: one, devices: devices.slice(next - one.devices, next) };
  });
}

/** Links every device to its phone, through a worker that leaves again. */
async function pairAll(
  lab: CrashLab,
  { devices, signal }: { devices: readonly LabDevice[]; signal: AbortSignal },
): Promise<void> {
  const worker = await lab.startApp('worker', 'pairing worker');
  await pairDevices({
    databaseUrl: lab.env['DATABASE_URL'] ?? '',
    keyFile: lab.env['CREDENTIALS_KEY_FILE'] ?? '',
    simulatorUrl: lab.simulatorUrl,
    devices: new Map(devices.map(({ name, phone }) => [name, phone])),
    signal,
    onPaired: () => {},
  });
  await worker.stop();
}

/** One after another: each sees the rows of all. */
async function crashSchedulers(
  lab: CrashLab,
  { placed, deaths }: { placed: readonly Placed[]; deaths: Map<CrashCase, Death> },
): Promise<void> {
  for (const one of placed.filter(({ case: { part } }) => part === 'scheduler')) {
    await lab.enroll(one.devices);
    const crasher = lab.startCrasher('scheduler', orderFor(one));
    deaths.set(one.case, await crasher.died);
  }
}

function orderFor({ case: { point, nth }, devices }: Placed) {
  return { crashAt: `${point}:${nth}`, devices };
}

function start(lab: CrashLab, one: Placed): Crasher {
  return lab.startCrasher('worker', orderFor(one));
}

/** What the network does and contacts say, before anybody connects. */
async function prepareNetwork(lab: CrashLab, placed: readonly Placed[]): Promise<void> {
  for (const { case: one, devices } of placed) {
    for (const device of devices) {
      const { fault } = one;
      if (fault) await lab.tell('/rules', { on: 'message', do: fault, device: device.phone });
      const [first] = contactsOf(device);
      if (one.saysStop) await lab.tell('/say', { from: first, device: device.phone, text: 'STOP' });
    }
  }
}

async function crashOnRoute(
  lab: CrashLab,
  { placed, deaths }: { placed: readonly Placed[]; deaths: Map<CrashCase, Death> },
): Promise<void> {
  const waiting = [...placed];
  const work = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      deaths.set(one.case, await inTime(start(lab, one)));
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, work));
}

type Leaving = Placed & Readonly<{ crasher: Crasher }>;

/** Workers that have their devices before an ordinary worker comes. */
async function startLeaving(
  lab: CrashLab,
  { placed, signal }: { placed: readonly Placed[]; signal: AbortSignal },
): Promise<readonly Leaving[]> {
  const chosen = placed.filter(({ case: { part } }) => part === 'hand_off' || part === 'shedding');
  const devices = chosen.flatMap((one) => one.devices);
  await lab.enroll(devices, 'early');
  const leaving = chosen.map((one) => ({ ...one, crasher: start(lab, one) }));
  await lab.untilConnected(devices, signal);
  return leaving;
}

/** With a worker that has nothing, and can get nothing else: who has a share already is shed nothing. */
async function crashShedding(
  lab: CrashLab,
  leaving: readonly Leaving[],
  deaths: Map<CrashCase, Death>,
): Promise<void> {
  const shedding = leaving.filter(({ case: { part } }) => part === 'shedding');
  const devices = shedding.flatMap((one) => one.devices);
  if (devices.length > 0) lab.startCrasher('worker', { crashAt: 'while_shedding:1000', devices });
  await crashAll(shedding, { signal: 'SIGUSR2', deaths });
}

async function crashHandingOver(
  leaving: readonly Leaving[],
  deaths: Map<CrashCase, Death>,
): Promise<void> {
  const handingOver = leaving.filter(({ case: { part } }) => part === 'hand_off');
  await crashAll(handingOver, { signal: 'SIGTERM', deaths });
}

async function crashAll(
  leaving: readonly Leaving[],
  { signal, deaths }: { signal: NodeJS.Signals; deaths: Map<CrashCase, Death> },
): Promise<void> {
  await Promise.all(
    leaving.map(async ({ case: one, crasher }) => {
      crasher.signal(signal);
      deaths.set(one, await inTime(crasher));
    }),
  );
}

/** A crasher that does not reach its point is ended, and its case fails. */
async function inTime(crasher: Crasher): Promise<Death> {
  const timer = setTimeout(() => void crasher.kill(), 45_000);
  return await crasher.died.finally(() => clearTimeout(timer));
}

async function pauseUntil(at: number, signal: AbortSignal): Promise<void> {
  const pause = at - performance.now();
  if (pause > 0) await sleep(pause, undefined, { signal });
}

/** Resolves when nobody is midway, or time is up; returns how many still are. */
async function untilConcluded(lab: CrashLab, signal: AbortSignal): Promise<number> {
  const until = performance.now() + longest;
  for (;;) {
    const { active } = await lab.countLeft();
    if (active === 0 || performance.now() > until) return active;
    await sleep(500, undefined, { signal });
  }
}

async function judge(
  lab: CrashLab,
  {
    transport,
    placed,
    deaths,
    left,
  }: {
    transport: TransportName;
    placed: readonly Placed[];
    deaths: ReadonlyMap<CrashCase, Death>;
    left: number;
  },
): Promise<MatrixResult> {
  const allowed = placed.filter((one) => one.case.mayRepeat).flatMap((one) => one.devices);
  const phones = allowed.map(({ phone }) => phone).join(',');
  const run = ['--ledger', lab.ledger, '--plan', lab.planFile, '--repeats-allowed-for', phones];
  const { code, stdout, stderr } = await runProgram('checker', run, lab.env);
  const tallies = readTallies(lab.ledger);
  const rows = placed.flatMap(({ case: one, devices }): readonly MatrixRow[] => {
    const death = deaths.get(one);
    if (death === undefined) return [];
    return [
      {
        case: one,
        death,
        tally: tallies.of(
          devices.map(({ phone }) => phone),
          death.at,
        ),
      },
    ];
  });
  return { transport, rows, left, verdict: { code, text: `${stdout}${stderr}` } };
}
