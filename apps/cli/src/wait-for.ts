import { assertNever } from '@dripfleet/domain';
import { waitForDevices, type WaitProgress, type WaitRequest } from '@dripfleet/operations';
import { systemClock } from '@dripfleet/runtime';
import type { Cli } from './cli.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { ProgressBar } from './progress-bar.ts';
import { countText } from './views/counts-text.ts';

/**
 * Waits with the progress on stderr: a bar on a terminal, else a line for each change. Ctrl-C ends the wait, not what was
 * asked for.
 */
export async function waitFor(
  cli: Cli,
  request: Pick<WaitRequest, 'devices' | 'until' | 'timeout'>,
): Promise<ExitCode> {
  const { connections, runtime, output } = cli;
  const total = request.devices.length;
  const bar = new ProgressBar(cli);
  let last = '';
  const result = await waitForDevices(connections.database(), {
    ...request,
    steal: connections.policy().steal,
    clock: systemClock,
    signal: runtime.interruptSignal(),
    onProgress: (progress) => {
      const line = progressText(progress);
      if (bar.isDrawn) bar.show({ done: total - progress.remaining.length, total }, line);
      else if (line !== last) output.say(line);
      last = line;
    },
  }).finally(() => bar.clear());
  switch (result.kind) {
    case 'done':
      output.say(request.until === 'drained' ? 'All drained.' : 'Nothing is in flight.');
      return exitCodes.done;
    case 'timed_out':
      output.warn(
        `Not done in time: ${namesOf(result.remaining)}. It goes on; look again with: dripfleet device ls`,
      );
      return exitCodes.timedOut;
    case 'interrupted':
      output.warn(`Stopped waiting for ${namesOf(result.remaining)}. What was asked for goes on.`);
      return exitCodes.interrupted;
    default:
      return assertNever(result);
  }
}

function progressText({ remaining, inFlight }: WaitProgress): string {
  return `waiting for ${countText(remaining.length, 'device')}, ${inFlight} in flight`;
}

function namesOf(devices: readonly Readonly<{ name: string }>[]): string {
  const names = devices.map(({ name }) => name);
  return names.length > 5
    ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`
    : names.join(', ');
}
