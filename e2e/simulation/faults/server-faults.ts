import type { Outage } from '../processes/link.ts';
import { drawDuration, type Fault, type Lab } from './fault.ts';

const outageMax = 60_000;
/** A worker that is cut off from Redis alone gives its devices up after a minute. */
const redisCutMax = 150_000;

export const serverFaults: readonly Fault[] = [
  {
    kind: 'postgres_down',
    weight: 3,
    strike: (lab) => {
      const { storm, world, fleet, random } = lab;
      const duration = drawDuration(random, outageMax);
      const outage = drawOutage(lab);
      storm.postgresOutage = outage;
      if (outage === 'refuses') fleet.breakDatabaseConnections();
      world.time.after(duration, () => {
        storm.postgresOutage = undefined;
      });
      return duration;
    },
  },
  {
    kind: 'postgres_cut',
    weight: 4,
    strike: (lab) => cut(lab, 'postgresCuts', outageMax),
  },
  {
    kind: 'redis_down',
    weight: 2,
    strike: (lab) => {
      const { storm, world, random } = lab;
      const duration = drawDuration(random, outageMax);
      storm.redisOutage = drawOutage(lab);
      world.time.after(duration, () => {
        storm.redisOutage = undefined;
      });
      return duration;
    },
  },
  { kind: 'redis_cut', weight: 3, strike: (lab) => cut(lab, 'redisCuts', redisCutMax) },
  {
    kind: 'redis_emptied',
    weight: 2,
    strike: ({ world }) => {
      world.redis.loseEverything();
      return 0;
    },
  },
  {
    kind: 'redis_full',
    weight: 1,
    strike: ({ world, random }) => {
      const duration = drawDuration(random, outageMax);
      world.redis.isFull = true;
      world.time.after(duration, () => {
        world.redis.isFull = false;
      });
      return duration;
    },
  },
  {
    kind: 'locks_expired',
    weight: 2,
    strike: ({ world }) => {
      world.redis.expireLocks();
      return 0;
    },
  },
  { kind: 'job_repeated', weight: 4, strike: ({ world }) => done(world.redis.repeatJob()) },
  { kind: 'job_lost', weight: 4, strike: ({ world }) => done(world.redis.loseJob()) },
  { kind: 'job_brought_back', weight: 3, strike: ({ world }) => done(world.redis.bringBackJob()) },
  {
    kind: 'replies_lost',
    weight: 3,
    strike: ({ storm, world, random }) => {
      const duration = drawDuration(random, outageMax);
      storm.lossRate = random.between(0.01, 0.3);
      world.time.after(duration, () => {
        storm.lossRate = 0;
      });
      return duration;
    },
  },
  {
    kind: 'publications_lost',
    weight: 2,
    strike: ({ world, random }) => {
      const duration = drawDuration(random, outageMax);
      world.redis.publicationLoss = random.between(0.2, 1);
      world.time.after(duration, () => {
        world.redis.publicationLoss = 0;
      });
      return duration;
    },
  },
  {
    kind: 'slow',
    weight: 2,
    strike: ({ storm, world, random }) => {
      const duration = drawDuration(random, outageMax);
      storm.slowness = random.between(5, 200);
      world.time.after(duration, () => {
        storm.slowness = 1;
      });
      return duration;
    },
  },
];

function drawOutage({ random }: Lab): Outage {
  return random.chance(0.6) ? 'refuses' : 'swallows';
}

function cut(lab: Lab, cuts: 'postgresCuts' | 'redisCuts', longest: number): number | undefined {
  const { storm, fleet, random, world } = lab;
  const process = fleet.pickProcess(random);
  if (!process) return undefined;
  const duration = drawDuration(random, longest);
  storm[cuts].set(process, drawOutage(lab));
  world.time.after(duration, () => storm[cuts].delete(process));
  return duration;
}

function done(isDone: boolean): number | undefined {
  return isDone ? 0 : undefined;
}
