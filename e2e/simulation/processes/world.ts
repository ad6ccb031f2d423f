import type { Guardless } from '../run/guardless.ts';
import type { SimulatedDatabase } from '../database/simulated-database.ts';
import type { NetworkLog } from '../network/network-log.ts';
import type { SimulatedNetwork } from '../network/simulated-network.ts';
import type { SimulatedRedis } from '../redis/simulated-redis.ts';
import type { Random } from '../time/random.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import type { Committed } from './process-database.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { CallFate, Weather } from './link.ts';

/** What all processes of a run live in. */
export type World = Readonly<{
  time: VirtualTime;
  /** Latencies, losses and identities. */
  random: Random;
  database: SimulatedDatabase;
  redis: SimulatedRedis;
  network: SimulatedNetwork;
  log: NetworkLog;
  conditions: Conditions;
  /** What the oracle is told beside the network's log. */
  witness: Witness;
  guardless: Guardless;
}>;

/** What the processes suffer from at this moment. */
export type Conditions = Readonly<{
  postgres(process: SimulatedProcess): Weather;
  redis(process: SimulatedProcess): Weather;
  isCutOffFromNetwork(process: SimulatedProcess): boolean;
  fateOfCall(process: SimulatedProcess, call: string): CallFate | undefined;
  /** A message is about to be written. */
  beforeSend(process: SimulatedProcess, to: string): void;
}>;

export type Witness = Readonly<{
  committed(committed: Committed): void;
  /** Redis gave this run's job to the process, or took it back. */
  tookInHand(process: SimulatedProcess, run: number): void;
  connecting(process: SimulatedProcess, device: string): void;
  event(process: SimulatedProcess, event: Readonly<{ kind: string }>): void;
}>;
