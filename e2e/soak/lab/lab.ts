import type { ActionLog } from '../action-log.ts';
import type { Fleet } from './fleet.ts';
import type { NetworkControl } from './network-control.ts';
import type { Operator } from './operator.ts';
import type { PostgresServer } from './postgres-server.ts';
import type { RedisServer } from './redis-server.ts';

/** Everything that a fault can strike, and what it needs to know. */
export type Lab = Readonly<{
  transport: 'simulated' | 'baileys';
  postgres: PostgresServer;
  redis: RedisServer;
  network: NetworkControl;
  fleet: Fleet;
  operator: Operator;
  actions: ActionLog;
  /** Phones of the devices by their names. */
  devices: ReadonlyMap<string, string>;
  cap: DeviceCap;
  /** Somebody who may be midway just now, with the device that writes to them; each contact is named once. */
  nextContact(): Readonly<{ contact: string; device: string }> | undefined;
  /** Runs `work` with a client that reaches Redis whatever the links do. */
  withRedis<T>(work: (redis: RedisCommands) => Promise<T>): Promise<T>;
  /** Aborts when the time of faults is over: what waits ends, and undoes. */
  signal: AbortSignal;
  /** Aborts when the whole run is given up: nothing needs to work again. */
  ended: AbortSignal;
}>;

export type DeviceCap = Readonly<{ max: number; windowMs: number }>;

/** The part of a Redis client that faults use. */
export type RedisCommands = Readonly<{
  call(command: string, ...args: string[]): Promise<unknown>;
}>;
