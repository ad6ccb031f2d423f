import { isSentinelSet } from '@dripfleet/queue';
import { Redis } from 'ioredis';

import type { Drill } from '../drill.ts';
import { lookAtQueues, type QueueLook } from '../lab/look-at-queues.ts';
import { type DrillLab, openDrillLab } from '../lab/open-drill-lab.ts';
import { addDevices } from '../lab/start-load.ts';
import { until } from '../lab/until.ts';
import { measured, needed, never } from '../report/figure.ts';

/** Twice as many due as the queues may hold: the limit of each must hold by itself. */
const load = { devices: 300, contactsEach: 200, gap: '1s-2s' };
/** What WORKER_QUEUE_SIZE is by default. */
const queueSize = 100;
const due = load.devices * load.contactsEach;
const room = load.devices * queueSize;
/** Often, so that the four are at the same rows all the time. */
const settings = { TRIGGER_INTERVAL: '1s' };
/** How long the full queues are watched: each scheduler makes so many more passes, ms. */
const watched = 8_000;

/** All of them begin at once, with everything due, and nobody sends. */
export const schedulersDrill: Drill = {
  name: 'schedulers',
  title: 'four schedulers at once, 60,000 rows due',
  setting: `${load.devices} devices, ${load.contactsEach} contacts due for each, 4 schedulers, no worker`,
  run: async (stage) => {
    const lab = await openDrillLab(stage, { workers: 0, schedulers: 4, settings });
    const { waves } = await addDevices(lab, load);
    await markRedis(lab);
    await waves.enroll(due);
    stage.screen.say(`${waves.contacts} contacts are due`);
    const looks: QueueLook[] = [];
    const look = async () => {
      const seen = await lookAtQueues(lab);
      looks.push(seen);
      return seen;
    };
    const { signal } = lab;
    const started = Date.now();
    const starting = lab.fleet.schedulers.map(async (member) => await member.start());
    const begun = await until(async () => (await look()).rows > 0, { most: 30_000, signal });
    const first = begun ? Date.now() : Infinity;
    await Promise.all(starting);
    const isFull = async () => {
      const { rows, missing } = await look();
      return rows >= room && missing === 0;
    };
    const full = await until(isFull, { most: 60_000, signal });
    const last = full ? Date.now() : Infinity;
    await until(async () => (await look(), false), { most: watched, signal, every: 500 });
    const end = looks.at(-1);
    return [
      needed(60_000, 'rows due', waves.contacts),
      needed(room, 'rows queued', end?.rows ?? 0),
      never('rows queued more than once', Math.max(...looks.map(({ again }) => again))),
      never('jobs without a queued row', end?.stray ?? Infinity),
      never('queued rows without a job', end?.missing ?? Infinity),
      {
        name: 'rows queued for one device, the most at any look',
        value: Math.max(...looks.map(({ deepest }) => deepest)),
        unit: 'count',
        limit: { kind: 'guarantee', most: queueSize },
      },
      measured('looks', looks.length),
      measured('from the first queued row seen to all queues full', last - first, 'ms'),
      measured('the same, from the start of the processes', last - started, 'ms'),
    ];
  },
};

/**
 * Lets one scheduler run before anything is due, as in every installation that is in use: it marks Redis as holding our
 * jobs. Without the mark schedulers take Redis for emptied and put back what others are about to enqueue.
 */
async function markRedis({ fleet, redis, signal }: DrillLab): Promise<void> {
  const [first] = fleet.schedulers;
  await first?.start();
  const client = new Redis(redis.urlAt(redis.port), { retryStrategy: () => null });
  client.on('error', () => {});
  try {
    const isMarked = await until(async () => await isSentinelSet(client), { most: 30_000, signal });
    if (!isMarked) throw new Error('the scheduler did not mark Redis in time');
  } finally {
    client.disconnect();
  }
  await first?.kill();
}
