import { setTimeout as sleep } from 'node:timers/promises';
import type { AppProcess } from './app-process.ts';
import type { DemoProgress } from './demo-progress.ts';
import { dripfleet } from './run-program.ts';

export type Killing = Readonly<{
  worker: string;
  /** Phones of the devices it owned. */
  devices: ReadonlySet<string>;
  /** Sends accepted by the network that it never got an answer to. */
  unacknowledged: number;
  /** Epoch ms. */
  at: number;
}>;

type ListedDevice = { name: string; owner: { worker: string } | null };

/**
 * Kills a worker with SIGKILL at the worst moment: the network has accepted messages of its devices, and it does not know.
 * The simulator is told to acknowledge nothing more for its devices, and as soon as one message is out, it dies.
 */
export async function killWorker(
  victim: AppProcess,
  options: {
    env: NodeJS.ProcessEnv;
    simulatorUrl: string;
    phones: ReadonlyMap<string, string>;
    progress: DemoProgress;
    signal: AbortSignal;
  },
): Promise<Killing | undefined> {
  const { env, simulatorUrl, phones, progress, signal } = options;
  const devices = await devicesOf(victim, env, phones);
  if (devices.size === 0) return undefined;
  const rules = [...devices].map((device) => ({
    on: 'message',
    do: 'no_ack',
    device,
    times: 1_000,
  }));
  await call(`${simulatorUrl}/rules`, 'POST', rules);
  // An older one may just have its acknowledgement on the way.
  const since = Date.now();
  const deadline = since + 20_000;
  while (progress.unacknowledged(devices, since) === 0) {
    // Its devices may have nothing left to send just now.
    if (Date.now() > deadline || signal.aborted) {
      await call(`${simulatorUrl}/rules`, 'DELETE');
      return undefined;
    }
    await sleep(20);
    progress.update();
  }
  await victim.kill();
  const at = Date.now();
  progress.update();
  await call(`${simulatorUrl}/rules`, 'DELETE');
  const unacknowledged = progress.unacknowledged(devices, since);
  return { worker: victim.name, devices, unacknowledged, at };
}

async function devicesOf(
  worker: AppProcess,
  env: NodeJS.ProcessEnv,
  phones: ReadonlyMap<string, string>,
): Promise<ReadonlySet<string>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the CLI's JSON shape, held by its own tests
  const listed = JSON.parse(await dripfleet(['device', 'ls', '-o', 'json'], env)) as ListedDevice[];
  const mine = listed.filter(({ owner }) => owner?.worker === worker.facts['worker']);
  return new Set(mine.flatMap(({ name }) => phones.get(name) ?? []));
}

async function call(url: string, method: 'POST' | 'DELETE', body?: unknown): Promise<void> {
  const response = await fetch(url, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!response.ok)
    throw new Error(`${method} ${url} answered ${response.status}: ${await response.text()}`);
}
