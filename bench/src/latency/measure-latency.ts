import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeviceId } from '@dripfleet/domain';
import { importContacts } from '@dripfleet/operations';
import { runSql } from '@dripfleet/testkit';
import { type EngineFleet, openEngineFleet } from '../engine/engine-fleet.ts';
import { contactHeader, contactRow, publishSequence, sequenceName } from '../engine/fill-fleet.ts';
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

/** Between two enrolments. */
const tick = 100;
/** The first seconds compile what is measured. */
const warmUp = 10_000;

/** Enrolls contacts of devices that are free, and looks when the network got their messages. */
export async function measureLatency(
  context: PartContext,
  { devices: count, rate, duration }: LatencyPlan,
): Promise<LatencyReading> {
  const { say, signal } = context;
  const fleet = await openEngineFleet(context, { devices: count });
  await publishSequence(fleet.lab);
  const [first] = await runSql<{ now: Date }>(fleet.lab.servers.databaseUrl, 'select now() as now');
  say(`${rate} messages fall due each second`);
  const each = Math.round((rate * tick) / 1_000);
  const started = performance.now();
  const end = started + warmUp + duration;
  let enrolled = 0;
  for (let next = started; next < end; next += tick) {
    await sleep(Math.max(0, next - performance.now()), undefined, { signal });
    enrolled += await enroll(fleet, { first: enrolled, count: each });
  }
  const took = performance.now() - started;
  while ((await fleet.readStats()).accepted < enrolled) await sleep(200, undefined, { signal });
  await sleep(1_000, undefined, { signal });
  const since = Number(first?.now ?? 0) + warmUp;
  const delays = await readDelays(fleet, since);
  return { devices: count, offered: (enrolled * 1_000) / took, messages: delays.length, delays };
}

/** One contact each for the next devices in turn: with fewer a second than there are devices, each is free again by then. */
async function enroll(
  { lab, devices, nudge }: EngineFleet,
  { first, count }: { first: number; count: number },
): Promise<number> {
  const path = join(lab.servers.folder, 'wave.csv');
  const rows: string[] = [contactHeader];
  const chosen: DeviceId[] = [];
  for (let index = first; index < first + count; index += 1) {
    const device = devices[index % devices.length];
    if (device === undefined) continue;
    chosen.push(device.deviceId);
    rows.push(contactRow(index, device.name));
  }
  await writeFile(path, `${rows.join('\n')}\n`);
  const outcome = await importContacts(lab.db, { sequence: sequenceName, path, actor: 'bench' });
  if (outcome.kind !== 'imported' || outcome.counts.enrolled !== count) {
    throw new Error(`not everybody was enrolled: ${outcome.kind}`);
  }
  await nudge(chosen);
  return count;
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
