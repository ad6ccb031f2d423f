import type { Drill } from './drill.ts';
import { freezeDrill } from './drills/freeze-drill.ts';
import { killDrill } from './drills/kill-drill.ts';
import { pauseDrill } from './drills/pause-drill.ts';
import { postgresDownDrill } from './drills/postgres-down-drill.ts';
import { redisDownDrill } from './drills/redis-down-drill.ts';
import { redisEmptyDrill } from './drills/redis-empty-drill.ts';
import { redisFullDrill } from './drills/redis-full-drill.ts';
import { replicasDrill } from './drills/replicas-drill.ts';
import { schedulersDrill } from './drills/schedulers-drill.ts';
import { termDrill } from './drills/term-drill.ts';

/** In the order in which they run. */
export const allDrills: readonly Drill[] = [
  schedulersDrill,
  killDrill,
  termDrill,
  redisEmptyDrill,
  redisDownDrill,
  redisFullDrill,
  postgresDownDrill,
  freezeDrill,
  pauseDrill,
  replicasDrill,
];
