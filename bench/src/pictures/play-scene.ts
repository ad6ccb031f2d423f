import { setTimeout as sleep } from 'node:timers/promises';
import { durationMs } from '@dripfleet/domain';
import { addDevices, drainDevices, pauseDevices, planDeviceNames } from '@dripfleet/operations';
import type { NamedDevice } from '@dripfleet/store';
import { fillContacts } from '../engine/fill-fleet.ts';
import type { PartContext } from '../part.ts';
import type { PicturesLab } from './open-pictures-lab.ts';

/** Teams, and how many devices each has. */
const teams = { br: 110, es: 60, mx: 80, pt: 50 } as const;
/** Contacts of a device that has any. */
const contactsEach = 60;
/** Quick, so that a minute has something to show. */
const pacing = {
  caps: [{ max: 80, window: durationMs(3_600_000) }],
  gap: { min: durationMs(2_000), max: durationMs(6_000) },
};
const actor = 'pictures';
const steal = durationMs(24_000);

type SceneDevice = NamedDevice & Readonly<{ phone: string }>;

/** Registers the fleet. Returns its devices by name. */
export async function addFleet({ db }: PicturesLab): Promise<readonly SceneDevice[]> {
  const fleet: SceneDevice[] = [];
  for (const [index, [team, count]] of Object.entries(teams).entries()) {
    const planned = planDeviceNames(
      { kind: 'series', prefix: `shop-${team}-`, count },
      `+1555${index + 1}000001`,
    );
    const labels = { team, phone: index % 2 ? 'pixel' : 'galaxy' };
    const added = await addDevices(db, { devices: planned, labels, pacing, actor });
    const phones = new Map(planned.map(({ name, phone }) => [name, phone ?? '']));
    fleet.push(...added.map((one) => ({ ...one, phone: phones.get(one.name) ?? '' })));
  }
  return fleet;
}

/**
 * Lets the fleet work for a while and brings about what an operator of hundreds of devices sees on an ordinary day: some
 * paused, some drained, some that need somebody, a few with errors.
 */
export async function playScene(
  lab: PicturesLab,
  devices: readonly SceneDevice[],
  { say, signal }: PartContext,
): Promise<void> {
  const cast = castRoles(devices);
  await stopSome(lab, cast);
  await lab.addRules(faultsOf(cast));
  // The quiet ones have nobody to write to.
  const busy = devices.filter((device) => !cast.quiet.includes(device));
  await fillContacts(lab, { devices: busy, messages: busy.length * contactsEach, first: 0 });
  const pausing = { reason: 'prices change at noon', duration: durationMs(7_200_000) };
  const selector = { kind: 'names', names: namesOf(cast.paused) } as const;
  await lab.startScheduler();
  for (const host of ['worker-a', 'worker-b', 'worker-c', 'worker-d'])
    await lab.startWorker(host, 'simulated');
  say('the fleet works for a while');
  await sleep(20_000, undefined, { signal });
  await pauseDevices(lab.db, { selector, ...pausing, actor, steal });
  await drain(lab, namesOf(cast.drained), 'the phone goes to the shop');
  await sleep(70_000, undefined, { signal });
}

/** Begins what does not last: to be called just before the pictures. */
export async function startDraining(
  lab: PicturesLab,
  devices: readonly SceneDevice[],
): Promise<void> {
  const names = namesOf(castRoles(devices).draining);
  await drain(lab, names, 'new SIM cards');
}

async function drain({ db }: PicturesLab, names: readonly string[], reason: string): Promise<void> {
  await drainDevices(db, { selector: { kind: 'names', names }, reason, actor, steal, emptyQueue });
}

const namesOf = (devices: readonly SceneDevice[]): readonly string[] =>
  devices.map(({ name }) => name);

/** The workers empty the queues of what they let go of. */
const emptyQueue = async (): Promise<void> => {};

type Role =
  | 'quiet'
  | 'paused'
  | 'drained'
  | 'draining'
  | 'refused'
  | 'silent'
  | 'unreachable'
  | 'stopped';

/** Spread over the fleet, so that no corner of the page is like another. */
function castRoles(
  devices: readonly SceneDevice[],
): Readonly<Record<Role, readonly SceneDevice[]>> {
  const pick = (every: number, from: number, most: number) =>
    devices.filter((_, index) => index % every === from).slice(0, most);
  return {
    quiet: pick(7, 3, 40),
    paused: pick(15, 4, 18),
    drained: pick(45, 7, 6),
    draining: pick(60, 11, 4),
    refused: pick(30, 14, 7),
    silent: pick(70, 20, 3),
    unreachable: pick(90, 26, 3),
    stopped: pick(25, 23, 11),
  };
}

const faultsOf = ({ draining, refused, silent, unreachable }: ReturnType<typeof castRoles>) => [
  ...refused.map(({ phone }) => ({
    on: 'message',
    do: 'nack',
    device: phone,
    code: 479,
    times: 3,
  })),
  ...silent.map(({ phone }) => ({ on: 'message', do: 'no_ack', device: phone, times: 2 })),
  ...unreachable.map(({ phone }) => ({
    on: 'upgrade',
    do: 'nack',
    code: 503,
    device: phone,
    times: 1_000,
  })),
  // Long enough in hand to be looked at.
  ...draining.map(({ phone }) => ({
    on: 'message',
    do: 'delay',
    device: phone,
    ms: 20_000,
    times: 1_000,
  })),
];

/** What only WhatsApp does to a device; the simulated network's light protocol has no word for it. */
const troubles = [
  ['logged_out', 'its phone unlinked it'],
  ['unpaired', null],
  ['banned', 'the network refused the account, 403'],
  ['restricted', null],
  ['conflict', 'replaced by another connection'],
] as const;

async function stopSome(
  { sql }: PicturesLab,
  { stopped }: ReturnType<typeof castRoles>,
): Promise<void> {
  for (const [index, { name }] of stopped.entries()) {
    const [state, reason] = troubles[index % troubles.length] ?? troubles[0];
    await sql(
      `update devices set session_state = $2, state_reason = $3, state_since = now() - interval '40 min',
              restriction = case when $2 = 'restricted' then 'everybody' end,
              restricted_until = case when $2 = 'restricted' then now() + interval '5 h' end
        where name = $1`,
      [name, state, reason],
    );
  }
}
