import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DeviceId, deviceId } from '@dripfleet/domain';
import { runSql } from '@dripfleet/testkit';
import { type EngineFleet, openEngineFleet } from '../engine/engine-fleet.ts';
import { fillContacts } from '../engine/fill-fleet.ts';
import type { PartContext } from '../part.ts';

export type LatencyPlan = Readonly<{
  devices: number;
  /** Messages a second that fall due. */
  rate: number;
  /** ms */
  duration: number;
}>;

export type LatencyReading = Readonly<{
  devices: number;
  /** Messages a second that did fall due. */
  offered: number;
  messages: number;
  /** ms from due to the network, in ascending order. */
  delays: readonly number[];
}>;

/** The first seconds compile what is measured. */
const warmUp = 10_000;
/** Until the first message falls due: all devices are told to go on by then. */
const lead = 5_000;

/** Enrolls everybody beforehand, lets their messages fall due one by one, and looks when the network got each. */
export async function measureLatency(
  context: PartContext,
  { devices: count, rate, duration }: LatencyPlan,
): Promise<LatencyReading> {
  const { say, signal } = context;
  const fleet = await openEngineFleet(context, { devices: count });
  await fleet.pause();
  const period = warmUp + duration;
  const messages = Math.round((rate * period) / 1_000);
  say(`enrolling ${messages} contacts`);
  await fillContacts(fleet.lab, { devices: fleet.devices, messages, first: 0 });
  const queue = await scatter(fleet, { period });
  await fleet.resume();
  say(`${rate} messages fall due each second`);
  await nudgeAsDue(fleet, queue, signal);
  while ((await fleet.readStats()).accepted < messages) await sleep(200, undefined, { signal });
  await sleep(1_000, undefined, { signal });
  const since = (queue[0]?.due ?? 0) + warmUp;
  const delays = await readDelays(fleet, since);
  return {
    devices: count,
    offered: (messages * 1_000) / period,
    messages: delays.length,
    delays,
  };
}

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
    `with run as (select id, row_number() over (order by id) as place from sequence_contacts),
          instant as (select at, row_number() over (order by at) as place
                        from (select random() * $1::float8 as at from sequence_contacts) as drawn)
     update sequence_contacts s
        set next_trigger_time = clock_timestamp() + ($2::float8 + instant.at) * interval '1 ms'
       from run join instant using (place) where s.id = run.id`,
    [period, lead],
  );
  const rows = await runSql<{ device_id: string; due: Date }>(
    url,
    'select device_id, next_trigger_time as due from sequence_contacts order by next_trigger_time',
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
