import { setTimeout as sleep } from 'node:timers/promises';
import { readCpu, readFamilyCpu } from '../processes/process-figures.ts';
import { HostProcess } from './host-process.ts';
import type { Lab } from './lab.ts';
import { usesPromiseHooks } from './plain-storage.ts';
import type { SessionsPlan } from './sessions-plan.ts';

/** Whether every socket has its own AsyncLocalStorage (`plain`), as Baileys makes it, or all share one. */
export type Storage = 'shared' | 'plain';

/** One measurement: CPU in ms a message, of each of the three. */
export type MessageReading = Readonly<{
  sessions: number;
  storage: Storage;
  /** `cold`: the first message to a contact; `warm`: a further one within minutes. */
  contact: 'cold' | 'warm';
  messages: number;
  host: number;
  simulator: number;
  postgres: number;
  /** Messages a second, over all sessions. */
  rate: number;
}>;

type Plan = SessionsPlan['messages'];

/** Sends over sessions of one process at a time, once as the transport is and once without its cure. */
export async function measureMessages(lab: Lab, plan: Plan): Promise<readonly MessageReading[]> {
  const readings: MessageReading[] = [];
  const contacts = new FreshBatches();
  for (const storage of storages()) {
    for (const sessions of plan.sizes) {
      readings.push(...(await measureHost(lab, plan, { storage, sessions, contacts })));
    }
  }
  return readings;
}

/** Where Node needs no cure there is nothing to compare. */
function storages(): readonly Storage[] {
  return usesPromiseHooks() ? ['shared', 'plain'] : ['shared'];
}

/** Numbers of batches of contacts that nobody was written to; and of rounds, for no message may come twice. */
class FreshBatches {
  #batch = -1;
  #round = 0;

  get current(): number {
    return this.#batch;
  }

  next(): number {
    this.#batch += 1;
    return this.#batch;
  }

  nextRound(): number {
    this.#round += 1;
    return this.#round;
  }
}

type Setting = Readonly<{ storage: Storage; sessions: number; contacts: FreshBatches }>;

async function measureHost(
  lab: Lab,
  plan: Plan,
  setting: Setting,
): Promise<readonly MessageReading[]> {
  const { sessions, storage } = setting;
  const { say } = lab.context;
  const label = `messages: ${sessions} sessions, ${storage} storage`;
  say(`${label}: opening`);
  const host = await HostProcess.open(lab, {
    devices: lab.devices.first(sessions),
    sharedStorage: storage === 'shared',
  });
  const readings: MessageReading[] = [];
  const run = async (contact: 'cold' | 'warm', times: number) => {
    for (let time = 1; time <= times; time += 1) {
      say(`${label}: ${contact}, ${time} of ${times}`);
      const reading = await measureOnce({ lab, host, plan }, { ...setting, contact });
      readings.push(reading);
      say(`  ${reading.host.toFixed(2)} ms a message`);
    }
  };
  await warmUp(host, plan, setting);
  await run('cold', plan[storage].cold);
  await run('warm', plan[storage].warm);
  await host.close();
  return readings;
}

/** What is not compiled yet is no part of what a message costs. */
async function warmUp(host: HostProcess, plan: Plan, setting: Setting): Promise<void> {
  const enough = plan[setting.storage].atLeast / 2;
  for (const contact of ['cold', 'warm'] as const) {
    let messages = 0;
    while (messages < enough)
      messages += (await send(host, plan, { ...setting, contact })).messages;
  }
}

type Measuring = Readonly<{ lab: Lab; host: HostProcess; plan: Plan }>;
type Round = Setting & Readonly<{ contact: 'cold' | 'warm' }>;

async function measureOnce(
  { lab, host, plan }: Measuring,
  { contacts, ...round }: Round,
): Promise<MessageReading> {
  // What the round before left to do.
  await sleep(500, undefined, { signal: lab.context.signal });
  const before = await readOthers(lab);
  let [messages, cpu, wall] = [0, 0, 0];
  while (messages < plan[round.storage].atLeast) {
    const pass = await send(host, plan, { contacts, ...round });
    messages += pass.messages;
    cpu += pass.cpu;
    wall += pass.wall;
  }
  const after = await readOthers(lab);
  return {
    ...round,
    messages,
    host: cpu / messages,
    simulator: (after.simulator - before.simulator) / messages,
    postgres: (after.postgres - before.postgres) / messages,
    rate: (1_000 * messages) / wall,
  };
}

async function send(host: HostProcess, plan: Plan, { contacts, contact }: Round) {
  const batch = contact === 'cold' ? contacts.next() : contacts.current;
  return await host.send({ round: contacts.nextRound(), batch, contacts: plan.contacts });
}

/** CPU so far, ms. */
async function readOthers({ simulator, servers }: Lab) {
  return {
    simulator: await readCpu(simulator.pid),
    postgres: await readFamilyCpu(servers.postgresPid),
  };
}
