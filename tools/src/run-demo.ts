import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKeyFile } from '@dripfleet/credentials';
import pc from 'picocolors';
import { AppProcess } from './app-process.ts';
import type { DemoOptions } from './demo-options.ts';
import type { DemoPlan } from './demo-plan.ts';
import { DemoProgress } from './demo-progress.ts';
import { type Killing, killWorker } from './kill-worker.ts';
import { plural } from './plural.ts';
import { addDevices, importContacts, pair } from './prepare-demo.ts';
import { dripfleet, runProgram } from './run-program.ts';
import { bar, Screen } from './screen.ts';
import { openServers, type Servers } from './servers.ts';
import { Cleanup } from './cleanup.ts';

/** Nothing new for so long: something is wrong, and the verdict will say what is missing. */
const stalledAfter = 90_000;

/** Runs the demo to its verdict; the exit code is 0 when the judge found nothing. */
export async function runDemo(options: DemoOptions, env: NodeJS.ProcessEnv): Promise<number> {
  const screen = new Screen();
  const cleanup = new Cleanup();
  try {
    return await play(options, { env, screen, cleanup });
  } finally {
    await cleanup.run();
  }
}

type Stage = Readonly<{ env: NodeJS.ProcessEnv; screen: Screen; cleanup: Cleanup }>;

async function play(options: DemoOptions, stage: Stage): Promise<number> {
  const { screen, cleanup } = stage;
  const servers = await openServers(stage.env, {
    say: (line) => screen.say(line),
    onFailure: (error) => cleanup.abort(error),
  });
  cleanup.add(() => servers.stop());
  screen.say(servers.how);
  const folder = mkdtempSync(join(servers.cacheFolder, 'demo-'));
  cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
  const ledger = options.ledger ?? join(folder, 'ledger.jsonl');
  const planFile = `${ledger}.plan.jsonl`;
  const keyFile = await keyFileFor(options, stage.env, folder);
  const files = { ledger, keyFile };
  const apps = await startApps(options, { stage, servers, files });
  const { env, simulatorUrl, workers } = apps;
  const devices = await addDevices(options, { env, screen });
  if (options.transport === 'baileys') {
    await pair({ databaseUrl: servers.databaseUrl, keyFile, simulatorUrl, devices }, stage);
  }
  const csvFile = join(folder, 'contacts.csv');
  const plan = await importContacts(options, { env, screen, csvFile, planFile, devices });
  const progress = new DemoProgress(ledger);
  const killing = await watch(options, {
    env,
    plan,
    screen,
    cleanup,
    progress,
    simulatorUrl,
    workers,
  });
  await untilConcluded(options, { env, cleanup });
  const code = await showVerdict({ env, ledger, planFile, plan, screen, killing, progress });
  if (!options.once) await stayUp(apps, stage);
  return code;
}

/** Real sessions need a key for their credentials; one that is given is used. */
async function keyFileFor(
  { transport }: DemoOptions,
  env: NodeJS.ProcessEnv,
  folder: string,
): Promise<string> {
  const given = env['CREDENTIALS_KEY_FILE'];
  if (given) return given;
  const file = join(folder, 'credentials.key');
  if (transport === 'baileys') await createKeyFile(file);
  return file;
}

async function startApps(
  options: DemoOptions,
  {
    stage,
    servers,
    files,
  }: { stage: Stage; servers: Servers; files: { ledger: string; keyFile: string } },
) {
  const { screen, cleanup } = stage;
  const base: NodeJS.ProcessEnv = {
    ...stage.env,
    DATABASE_URL: servers.databaseUrl,
    REDIS_URL: servers.redisUrl,
    PORT: '0',
    LOG_LEVEL: stage.env['LOG_LEVEL'] ?? 'error',
    TRIGGER_INTERVAL: stage.env['TRIGGER_INTERVAL'] ?? '1s',
    TRANSPORT: options.transport,
    ...(options.transport === 'baileys' ? { CREDENTIALS_KEY_FILE: files.keyFile } : {}),
  };
  await dripfleet(['migrate'], base);
  const simulator = await AppProcess.start('simulator', {
    name: 'simulator',
    env: base,
    args: ['--port', '0', '--ledger', files.ledger],
  });
  cleanup.add(() => simulator.stop());
  const started: AppProcess[] = [];
  cleanup.add(() => Promise.all(started.map((process) => process.stop())));
  const port = simulator.facts['port'];
  const env = {
    ...base,
    SIMULATOR_URL: `ws://127.0.0.1:${port}`,
    WHATSAPP_URL: `ws://127.0.0.1:${port}/ws/chat`,
  };
  const start = (app: 'scheduler' | 'worker' | 'dashboard', count: number) =>
    Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const process = await AppProcess.start(app, { name: `${app} ${index + 1}`, env });
        started.push(process);
        return process;
      }),
    );
  await start('scheduler', options.schedulers);
  const workers = await start('worker', options.workers);
  const [dashboard] = await start('dashboard', 1);
  screen.say(
    `started: the simulated network, ${plural(options.schedulers, 'scheduler')}, ${plural(options.workers, 'worker')}, the dashboard`,
  );
  const fleetPage = [
    `fleet page: http://127.0.0.1:${dashboard?.facts['port']}`,
    ...(options.once ? [] : [`log in with the key ${await demoKey(env)}`]),
  ].join(', ');
  screen.say(fleetPage);
  return { env, simulatorUrl: `http://127.0.0.1:${port}`, workers, fleetPage };
}

/** For whoever sits at this terminal, and for a day. */
const demoKey = async (env: NodeJS.ProcessEnv): Promise<string> =>
  (await dripfleet(['key', 'add', 'demo', '--role', 'admin', '--expires', '1d', '-q'], env)).trim();

async function watch(
  options: DemoOptions,
  stage: {
    env: NodeJS.ProcessEnv;
    plan: DemoPlan;
    screen: Screen;
    cleanup: Cleanup;
    progress: DemoProgress;
    simulatorUrl: string;
    workers: readonly AppProcess[];
  },
): Promise<Killing | undefined> {
  const { env, plan, screen, cleanup, progress, simulatorUrl, workers } = stage;
  const total = options.contacts * plan.steps;
  let killing: Killing | undefined;
  let mayKill = options.kill;
  let tries = 0;
  let last = { shown: 0, at: Date.now() };
  while (progress.shown < total) {
    cleanup.signal.throwIfAborted();
    progress.update();
    if (progress.shown > last.shown) last = { shown: progress.shown, at: Date.now() };
    if (Date.now() - last.at > stalledAfter) {
      screen.say(pc.yellow(`nothing new for ${stalledAfter / 1_000} s`));
      break;
    }
    const victim = workers[tries % workers.length];
    // Early: a slow machine sees little of the run before its devices have nothing left to send.
    if (mayKill && victim && progress.shown > 0) {
      tries += 1;
      killing = await killWorker(victim, {
        env,
        simulatorUrl,
        phones: plan.devices,
        progress,
        signal: cleanup.signal,
      });
      if (killing) {
        mayKill = false;
        screen.say(
          pc.red(
            `killed ${killing.worker} (SIGKILL) with ${plural(killing.unacknowledged, 'send')} unacknowledged; it had ${plural(killing.devices.size, 'device')}`,
          ),
        );
      }
    }
    const percent = Math.floor((100 * progress.shown) / total);
    screen.progress(
      `         ${bar(progress.shown, total)} ${progress.shown}/${total} messages, ${percent} %`,
    );
    await sleep(200, undefined, { signal: cleanup.signal });
  }
  if (mayKill && !killing)
    screen.say(pc.yellow('no worker was killed: none had a send in hand at the right moment'));
  return killing;
}

type Stats = { sequence_contacts: { by_status: Record<string, number> } };

/** The last messages are out; waits until their acknowledgements are stored too. */
async function untilConcluded(
  { contacts }: DemoOptions,
  { env, cleanup }: { env: NodeJS.ProcessEnv; cleanup: Cleanup },
): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the CLI's JSON shape, held by its own tests
    const stats = JSON.parse(await dripfleet(['stats', '-o', 'json'], env)) as Stats;
    if ((stats.sequence_contacts.by_status['completed'] ?? 0) >= contacts) return;
    await sleep(500, undefined, { signal: cleanup.signal });
  }
}

async function showVerdict(options: {
  env: NodeJS.ProcessEnv;
  ledger: string;
  planFile: string;
  plan: DemoPlan;
  screen: Screen;
  killing: Killing | undefined;
  progress: DemoProgress;
}): Promise<number> {
  const { env, ledger, planFile, plan, screen, killing, progress } = options;
  progress.update();
  const allowed = [...(killing?.devices ?? [])].join(',');
  const verdict = await runProgram(
    'checker',
    ['--ledger', ledger, '--plan', planFile, '--repeats-allowed-for', allowed],
    env,
  );
  if (killing) showTakeOver(killing, { plan, progress, screen });
  screen.print(`\n${verdict.stdout}${verdict.stderr}`);
  return verdict.code;
}

function showTakeOver(
  { worker, devices, at }: Killing,
  { plan, progress, screen }: { plan: DemoPlan; progress: DemoProgress; screen: Screen },
): void {
  const taken = [...plan.devices]
    .filter(([, phone]) => devices.has(phone))
    .flatMap(([name, phone]) => {
      const connected = progress.connectedAfter(phone, at);
      return connected === undefined ? [] : [{ name, waited: (connected - at) / 1_000 }];
    })
    .toSorted((a, b) => a.waited - b.waited);
  screen.say(
    `${taken.length} of ${plural(devices.size, 'device')} of ${worker} were taken over by the others, each after:`,
  );
  for (let start = 0; start < taken.length; start += 6) {
    const row = taken.slice(start, start + 6);
    screen.print(
      `         ${row.map(({ name, waited }) => `${name} ${waited.toFixed(1)} s`).join('   ')}`,
    );
  }
  const left = devices.size - taken.length;
  if (left > 0) screen.print(`         ${left} had nothing left to send`);
}

/** On a terminal everything stays up, to be looked at and played with. */
async function stayUp(
  { env, fleetPage }: Readonly<{ env: NodeJS.ProcessEnv; fleetPage: string }>,
  { screen, cleanup }: Stage,
): Promise<void> {
  screen.print(
    [
      `Everything keeps running; ${fleetPage}`,
      'In another terminal:',
      `  export DATABASE_URL='${env['DATABASE_URL']}' REDIS_URL='${env['REDIS_URL']}'`,
      '  npm run -s dripfleet -- stats',
      '  npm run -s dripfleet -- device ls',
      'Ctrl-C ends it all.',
    ].join('\n'),
  );
  await cleanup.stopped;
}
