import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DeviceId, deviceId } from '@dripfleet/domain';
import { runSql } from '@dripfleet/testkit';
import { type EngineFleet, openEngineFleet } from '../engine/engine-fleet.ts';
import { fillContacts } from '../engine/fill-fleet.ts';
import { readCosts } from '../engine/measure-engine.ts';
import type { PartContext } from '../part.ts';

export type LatencyPlan = Readonly<{
  devices: number;
  /** Messages a second that fall due, one load after the other. */
  rates: readonly number[];
  /** Of each load, ms. */
  duration: number;
}>;

/** What one load showed. */
export type LatencyReading = Readonly<{
  /** Messages a second that fell due. */
  rate: number;
  messages: number;
  /** ms from due to the network, in ascending order. */
  delays: readonly number[];
  /** Cores that all processes kept busy, the simulator's too: it runs on the same machine. */
  busy: number;
}>;

/** The first seconds of a load compile what is measured, and do not count. */
const warmUp = 10_000;
/** Until the first message falls due: all devices are told to go on by then. */
const lead = 5_000;

/** Lets messages fall due one by one, for devices that are free, and looks when the network got each. */
export async function measureLatency(
  context: PartContext,
  { devices, rates, duration }: LatencyPlan,
): Promise<readonly LatencyReading[]> {
  const fleet = await openEngineFleet(context, { devices });
  const readings: LatencyReading[] = [];
  let first = 0;
  for (const rate of rates) {
    const messages = Math.round((rate * (warmUp + duration)) / 1_000);
    readings.push(await measureLoad(context, fleet, { rate, messages, first }));
    first += messages;
  }
  return readings;
}

/** Enrolls everybody beforehand; `first` is the number of the first message. */
async function measureLoad(
  { say, signal }: PartContext,
  fleet: EngineFleet,
  { rate, messages, first }: Readonly<{ rate: number; messages: number; first: number }>,
): Promise<LatencyReading> {
  await fleet.pause();
  say(`enrolling ${messages} contacts`);
  await fillContacts(fleet.lab, { devices: fleet.devices, messages, first });
  const queue = await scatter(fleet, { period: (messages * 1_000) / rate });
  await fleet.resume();
  say(`${rate} messages fall due each second`);
  const before = await readCosts(fleet);
  const started = performance.now();
  await nudgeAsDue(fleet, queue, signal);
  while ((await fleet.readStats()).accepted < first + messages) {
    await sleep(200, undefined, { signal });
  }
  const took = performance.now() - started;
  const after = await readCosts(fleet);
  await sleep(1_000, undefined, { signal });
  const delays = await readDelays(fleet, (queue[0]?.due ?? 0) + warmUp);
  return { rate, messages: delays.length, delays, busy: (sum(after) - sum(before)) / took };
}

const sum = (costs: Readonly<Record<string, number>>): number =>
  Object.values(costs).reduce((all, cost) => all + cost, 0);

type DueMessage = Readonly<{ deviceId: DeviceId; due: number }>;

/**
 * Gives each message an instant of its own, at random over `period` ms, in the order of the devices: with fewer a second
 * than there are devices, each is free again by then. In the order of the instants.
 */
async function scatter(
  { lab }: EngineFleet,
  { period }: { period: number },
): Promise<readonly DueMessage[]> {
  const url = lab.servers.databaseUrl;
  await runSql(
    url,
    `with run as (select id, row_number() over (order by id) as place from sequence_contacts where status = 'active'),
          instant as (select at, row_number() over (order by at) as place
                        from (select random() * $1::float8 as at from run) as drawn)
     update sequence_contacts s
        set next_trigger_time = clock_timestamp() + ($2::float8 + instant.at) * interval '1 ms'
       from run join instant using (place) where s.id = run.id`,
    [period, lead],
  );
  const rows = await runSql<{ device_id: string; due: Date }>(
    url,
    `select device_id, next_trigger_time as due from sequence_contacts
      where status = 'active' order by next_trigger_time`,
  );
  return rows.map((row) => ({
    deviceId: deviceId(Number(row.device_id)),
    due: row.due.getTime(),
  }));
}

/** As whoever makes a row due does: the schedulers hear of it at that instant. */
async function nudgeAsDue(
  { nudge }: EngineFleet,
  queue: readonly DueMessage[],
  signal: AbortSignal,
): Promise<void> {
  for (let next = 0; next < queue.length;) {
    const now = Date.now();
    const devices: DeviceId[] = [];
    // A millisecond has begun before all that falls due in it has.
    for (let one = queue[next]; one && one.due < now; one = queue[next]) {
      devices.push(one.deviceId);
      next += 1;
    }
    await nudge(devices);
    await sleep(1, undefined, { signal });
  }
}

/** From the instant in Postgres at which a row was due to the network's own record of the message, both of one machine's clock. */
async function readDelays({ lab, ledger }: EngineFleet, since: number): Promise<readonly number[]> {
  const rows = await runSql<{ message_id: string; due: Date }>(
    lab.servers.databaseUrl,
    `select d.message_id, s.next_trigger_time as due
       from deliveries d join sequence_contacts s on s.id = d.sequence_contact_id`,
  );
  const due = new Map(rows.map((row) => [row.message_id, row.due.getTime()]));
  const delays: number[] = [];
  for (const line of (await readFile(ledger, 'utf8')).trim().split('\n')) {
    if (!line.includes('"event":"message"')) continue;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the simulator is ours
    const { id, t } = JSON.parse(line) as { id: string; t: number };
    const at = due.get(id);
    if (at !== undefined && at >= since) delays.push(Math.max(0, t - at));
  }
  return delays.toSorted((a, b) => a - b);
}
