import type { DeviceId } from '@dripfleet/domain';
import type { Connections } from './connections.ts';
import type { ExitCode } from './exit-codes.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Output } from './output.ts';
import type { Runtime } from './runtime.ts';

/** What a command works with. */
export type Cli = Readonly<{
  runtime: Runtime;
  options: GlobalOptions;
  connections: Connections;
  output: Output;
}>;

/** Turns a command's work into commander's action; `args` and options are read from the command. */
export type Runner = (
  work: (cli: Cli, input: CommandInput) => Promise<ExitCode | undefined>,
) => (...args: unknown[]) => Promise<void>;

export type CommandInput = Readonly<{
  /** What stands beside the options, in order; a variadic one gives all that are left. */
  args: readonly string[];
  /** The command's own options. */
  options: Readonly<Record<string, unknown>>;
}>;

/** Tells workers, schedulers or queues of a change that Postgres holds already; a dead Redis only delays them. */
export async function tell(
  cli: Cli,
  devices: readonly DeviceId[],
  hows: readonly ('announce' | 'nudge' | 'emptyQueues')[],
): Promise<void> {
  if (devices.length === 0) return;
  try {
    for (const how of hows) await cli.connections[how](devices);
  } catch {
    cli.output.warn(
      "Redis can't be reached, so nobody was told. The change holds: Postgres has it, and the workers and schedulers ask there.",
    );
  }
}
