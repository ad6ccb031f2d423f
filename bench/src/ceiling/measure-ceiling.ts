import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { durationMs } from '@dripfleet/domain';
import { type EngineFleet, openEngineFleet } from '../engine/engine-fleet.ts';
import { fillContacts } from '../engine/fill-fleet.ts';
import type { PartContext } from '../part.ts';

export type CeilingPlan = Readonly<{
  devices: number;
  /** How many times as fast as the real one the clock of the pacing goes. */
  speed: number;
  /** Hours of the pacing. */
  windows: number;
}>;

export type CeilingReading = Readonly<{
  devices: number;
  /** Messages of one device in an hour of the pacing: the mean over all devices and hours. */
  perHour: number;
  /** The most that any device sent in any window of an hour, wherever it begins. */
  fullest: number;
  messages: number;
}>;

/** The defaults: 80 messages in any hour, a gap of 5 to 15 s. */
const policy = { max: 80, window: 3_600_000, gap: { min: 5_000, max: 15_000 } };

/** Lets devices that always have something to send go as fast as the usual pacing lets them, on a faster clock. */
export async function measureCeiling(
  context: PartContext,
  { devices: count, speed, windows }: CeilingPlan,
): Promise<CeilingReading> {
  const { say, signal } = context;
  const window = policy.window / speed;
  const pacing = {
    caps: [{ max: policy.max, window: durationMs(window) }],
    gap: {
      min: durationMs(Math.round(policy.gap.min / speed)),
      max: durationMs(Math.round(policy.gap.max / speed)),
    },
  };
  const fleet = await openEngineFleet(context, { devices: count, pacing });
  const messages = count * policy.max * (windows + 1);
  await fleet.pause();
  say(`enrolling ${messages} contacts`);
  await fillContacts(fleet.lab, { devices: fleet.devices, messages, first: 0 });
  await fleet.resume();
  say(`sending for ${(windows * window) / 1_000} s, which are ${windows} hours of the pacing`);
  await sleep(windows * window, undefined, { signal });
  const times = await readTimes(fleet);
  const sent = [...times.values()].reduce((sum, own) => sum + own.length, 0);
  return {
    devices: count,
    perHour: sent / count / windows,
    fullest: Math.max(...[...times.values()].map((own) => fullestWindow(own, window))),
    messages: sent,
  };
}

/** When the network accepted each device's messages, ms, in order. */
async function readTimes({ ledger }: EngineFleet): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map<string, number[]>();
  for (const line of (await readFile(ledger, 'utf8')).trim().split('\n')) {
    if (!line.includes('"event":"message"')) continue;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the simulator is ours
    const { device, t } = JSON.parse(line) as { device: string; t: number };
    const own = times.get(device);
    if (own) own.push(t);
    else times.set(device, [t]);
  }
  return times;
}

/** The most instants within any span of `window` ms, both ends included. */
export function fullestWindow(times: readonly number[], window: number): number {
  let fullest = 0;
  let from = 0;
  for (const [index, time] of times.entries()) {
    while ((times[from] ?? time) < time - window) from += 1;
    fullest = Math.max(fullest, index - from + 1);
  }
  return fullest;
}
