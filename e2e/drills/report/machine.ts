import { availableParallelism, cpus, totalmem, type } from 'node:os';

/** What a figure depends on beside the code. No names of hosts or users. */
export type Machine = Readonly<Record<string, string | number>>;

/** `servers`: what Postgres and Redis said of themselves. */
export function describeMachine(servers: Readonly<Record<string, string>>): Machine {
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${process.arch}`,
    node: process.version,
    ...servers,
  };
}
