import type { Keyring } from '@dripfleet/credentials';
import { assertNever, type DurationMs, durationMs } from '@dripfleet/domain';
import {
  cancelPairing,
  hasSession,
  type PairingReading,
  type PairingRefusal,
  type PairingRequested,
  readPairing,
  requestPairing,
} from '@dripfleet/operations';
import { systemClock } from '@dripfleet/runtime';
import { type Command, Option } from 'commander';
import { ChallengeScreen } from '../challenge-screen.ts';
import { type Cli, type CommandInput, type Runner, tell } from '../cli.ts';
import { CommandError } from '../command-error.ts';
import { confirm } from '../confirm.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { parseTime } from '../parse-input.ts';

export function registerPair(program: Command, run: Runner): void {
  program
    .command('pair <device>')
    .description('link a device to its phone: shows a QR to scan, or a code to type')
    .option('--code [number]', 'a code instead of a QR; +E164, unless the device has its number')
    .addOption(
      new Option('--timeout <time>', 'how long to wait for the phone')
        .argParser(parseTime)
        .default(parseTime('5m'), '5m'),
    )
    .addHelpText(
      'after',
      `
A worker must be running: it is the one that links the device. What the device remembered before is forgotten.
Without a terminal, or with -o, what is to be scanned or typed comes as lines on stdout, again when it rotates.
Exit codes: 0 linked · 1 failed · 5 its session is open already · 6 nobody scanned or typed it in time

Examples:
  dripfleet pair ana
  dripfleet pair ana --code +15550000001
  dripfleet pair ana -o jsonl`,
    )
    .action(run(pair));
}

type Requested = Extract<PairingRequested, { kind: 'requested' }>;

const pollInterval = durationMs(300);

async function pair(
  cli: Cli,
  { args: [device = ''], options }: CommandInput,
): Promise<ExitCode | undefined> {
  const { connections, runtime, output } = cli;
  // Found missing before anything is asked for, not after.
  connections.url('REDIS_URL');
  const keyring = await connections.keyring();
  if (!(await isMeant(cli, device))) return exitCodes.failed;
  const timeout = options['timeout'] as DurationMs;
  const code = options['code'] as string | true | undefined;
  const signal = runtime.interruptSignal();
  const request = await requestPairing(connections.database(), {
    device,
    method: code === undefined ? 'qr' : 'code',
    phone: typeof code === 'string' ? code : undefined,
    actor: runtime.actor,
    validFor: timeout,
    steal: connections.policy().steal,
  });
  if (request.kind !== 'requested') throw refusal(device, request);
  if (request.workersAlive === 0)
    output.warn(
      'No worker is running, so nobody can link it yet: start one. This goes on waiting.',
    );
  const watch = { device, request, keyring, screen: new ChallengeScreen(cli, device) };
  try {
    await tell(cli, [request.deviceId], ['announce']);
    return await untilEnded(cli, watch, { deadline: systemClock.monotonic() + timeout, signal });
  } catch (error) {
    // Of a request that has ended it changes nothing.
    await cancel(cli, watch).catch(() => {});
    throw error;
  } finally {
    watch.screen.clear();
  }
}

async function untilEnded(
  cli: Cli,
  watch: Watch,
  { deadline, signal }: Readonly<{ deadline: number; signal: AbortSignal }>,
): Promise<ExitCode> {
  for (;;) {
    const end = look(cli, watch, await read(cli, watch));
    if (end === 'expired') return await giveUp(cli, watch, false);
    if (end !== undefined) return end;
    if (signal.aborted || systemClock.monotonic() >= deadline)
      return await giveUp(cli, watch, signal.aborted);
    await systemClock.sleep(pollInterval, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

/** Asked for the wrong device, pairing would end a session that works. */
async function isMeant(cli: Cli, device: string): Promise<boolean> {
  if (!(await hasSession(cli.connections.database(), device))) return true;
  const meant = await confirm(
    cli,
    `${device} has a stored session, which will be lost once a phone is linked; its phone must be at hand. Pair it again?`,
  );
  if (!meant) cli.output.warn('Nothing was changed.');
  return meant;
}

type Watch = Readonly<{
  device: string;
  request: Requested;
  keyring: Keyring;
  screen: ChallengeScreen;
}>;

const read = async ({ connections }: Cli, { keyring, device }: Watch) =>
  await readPairing(connections.database(), keyring, device);

/** Shows how it goes; the exit code once it has ended. */
function look(
  cli: Cli,
  { device, request, screen }: Watch,
  reading: PairingReading,
): ExitCode | 'expired' | undefined {
  if (reading.kind === 'none' || reading.requestedAt !== request.requestedAt)
    throw new CommandError('conflict', `somebody else asked for ${device} to be paired meanwhile`);
  switch (reading.kind) {
    case 'requested':
      screen.clear();
      return undefined;
    case 'waiting':
      screen.show(reading);
      return undefined;
    case 'unreadable':
      throw new CommandError(
        'failed',
        `the worker encrypts with a key that ${cli.connections.keyFile} does not hold; use the workers' key file`,
      );
    case 'paired':
      screen.clear();
      reportPaired(cli, device, reading.phone);
      return exitCodes.done;
    case 'failed':
      throw new CommandError('failed', `${device} was not linked: ${reading.reason}`);
    case 'expired':
      return 'expired';
    default:
      return assertNever(reading);
  }
}

/** Nobody waits any more, so what was shown must be of no use; unless the phone was linked in the last moment. */
async function giveUp(cli: Cli, watch: Watch, interrupted: boolean): Promise<ExitCode> {
  const { device } = watch;
  const cancelled = await cancel(cli, watch);
  const end = cancelled ? undefined : look(cli, watch, await read(cli, watch));
  if (typeof end === 'number') return end;
  if (!interrupted) return timedOut(cli, device);
  cli.output.warn(
    cancelled
      ? `Cancelled. To link ${device} later: dripfleet pair ${device}`
      : `It had ended by then; look at it: dripfleet device show ${device}`,
  );
  return exitCodes.interrupted;
}

async function cancel(
  { connections, runtime }: Cli,
  { device, request: { deviceId, requestedAt } }: Watch,
): Promise<boolean> {
  const { actor } = runtime;
  return await cancelPairing(connections.database(), { device, deviceId, requestedAt, actor });
}

function timedOut({ output }: Cli, device: string): ExitCode {
  output.warn(`Nobody linked ${device} in time. To try again: dripfleet pair ${device}`);
  return exitCodes.timedOut;
}

function reportPaired({ output }: Cli, device: string, phone: string | undefined): void {
  output.event(
    { device, phone: output.phone(phone) },
    {
      text: (end) => `${end.device} is linked to ${end.phone || 'its phone'}`,
      json: (end) => ({ kind: 'paired', name: end.device, phone: end.phone || null }),
      names: (end) => [end.device],
    },
  );
}

function refusal(device: string, refused: PairingRefusal): CommandError {
  switch (refused.kind) {
    case 'session_open':
      return new CommandError(
        'conflict',
        `the session of ${device} is open: it is linked already. To link it anew, unlink it on its phone first`,
      );
    case 'drained':
      return new CommandError(
        'conflict',
        `${device} is ${refused.state}, so no worker takes it; first run: dripfleet resume ${device}`,
      );
    case 'phone_missing':
      return new CommandError(
        'usage',
        `a code is made for a number, and ${device} has none: dripfleet pair ${device} --code +15550000001`,
      );
    case 'phone_invalid':
      return new CommandError('usage', `the number ${refused.reason}; ${refused.fix}`);
    case 'other_phone':
      return new CommandError(
        'conflict',
        `${device} is registered for another number; to change it: dripfleet device set ${device} --phone +E164`,
      );
    case 'phone_taken':
      return new CommandError('conflict', 'another device has this number');
    default:
      return assertNever(refused);
  }
}
