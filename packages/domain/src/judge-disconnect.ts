import { assertNever } from './assert-never.ts';
import { hashFraction } from './jitter.ts';
import { durationMs, type DurationMs } from './time.ts';

/** What has happened to a device's sessions lately. */
export type ConnectStreak = Readonly<{
  /** Connects that failed, or broke soon, in a row. */
  failures: number;
  /** How often another connection of the device won, without a long quiet time between. */
  replaced: number;
}>;

export const freshStreak: ConnectStreak = { failures: 0, replaced: 0 };

export type Disconnect = Readonly<{
  /** WhatsApp's code; 408 when there was no way to it. */
  code: number;
  /** How long the session had been open; 0 when it never was. */
  openFor: DurationMs;
  streak: ConnectStreak;
  /** Spreads the pauses: anything that is the device's own. */
  seed: string;
}>;

/** What the end of a session, or a refused connect, means for its device. */
export type DisconnectVerdict =
  /** Connect again after a pause; once it has lasted, operators see `unreachable`, with the reason. */
  | Readonly<{ kind: 'reconnect'; after: DurationMs; unreachable: string | undefined }>
  /** Another connection of the device won: connect again only as its owner by Postgres, and after a pause. */
  | Readonly<{ kind: 'ask_owner'; after: DurationMs }>
  /** No connect can succeed until an operator acts. */
  | Readonly<{
      kind: 'stop';
      state: 'unpaired' | 'logged_out' | 'banned' | 'conflict';
      reason: string;
    }>
  /** WhatsApp keeps the account out: for so long, or until an operator resumes it. */
  | Readonly<{ kind: 'restrict'; duration: DurationMs | undefined; reason: string }>;

/** A session that was open for so long counts as having gone well: loops of quick losses pass through `open` too. */
const stable = durationMs(60_000);
const replacedReset = durationMs(10 * 60_000);
const replacedMax = 3;
const replacedPause = durationMs(30_000);
/** So many failures in a row before operators are told. */
const unreachableAfter = 3;
const temporaryBan = durationMs(24 * 3_600_000);

/**
 * The one place that decides on a reconnect. Pauses are jittered between half and all of a growing ceiling: 1 s to 60 s
 * for a broken line, 5 s to 5 min for a server in trouble, 15 min for a client that WhatsApp refuses.
 *
 * Codes as WhatsApp Web's own client reads them; 402 without a time lasts a day.
 */
export function judgeDisconnect({ code, openFor, streak, seed }: Disconnect): Readonly<{
  verdict: DisconnectVerdict;
  streak: ConnectStreak;
}> {
  const failures = openFor >= stable ? 1 : streak.failures + 1;
  const quiet = openFor >= replacedReset ? 0 : streak.replaced;
  const meaning = meaningOf(code);
  const replaced = meaning === 'replaced' ? quiet + 1 : quiet;
  const next = { failures, replaced };
  switch (meaning) {
    case 'restart':
      // Asked for by WhatsApp, after pairing most of all; only a loop of them is a failure.
      return { verdict: reconnect(failures > 1 ? 'line' : 'now'), streak: next };
    case 'replaced':
      return { verdict: afterReplaced(replaced), streak: next };
    case 'logged_out':
      return stop('logged_out', 'WhatsApp unlinked the device');
    case 'banned':
      return stop('banned', `WhatsApp banned or locked the account (${code})`);
    case 'temporary_ban': {
      const reason = 'WhatsApp banned the account for a time (402)';
      return {
        verdict: { kind: 'restrict', duration: temporaryBan, reason },
        streak: freshStreak,
      };
    }
    case 'no_linked_devices': {
      const reason = 'the phone does not support linked devices (411)';
      return { verdict: { kind: 'restrict', duration: undefined, reason }, streak: freshStreak };
    }
    case 'line':
    case 'server':
    case 'client':
      return { verdict: reconnect(meaning), streak: next };
    default:
      return assertNever(meaning);
  }

  function reconnect(pace: keyof typeof paces): DisconnectVerdict {
    const { first, longest } = paces[pace];
    const ceiling = Math.min(first * 2 ** (failures - 1), longest);
    const share = 0.5 + hashFraction(`${seed}:${failures}`) / 2;
    const told = pace === 'client' || failures >= unreachableAfter;
    return {
      kind: 'reconnect',
      after: durationMs(Math.ceil(ceiling * share)),
      unreachable: told ? unreachableReason(code) : undefined,
    };
  }
}

const paces = {
  now: { first: 0, longest: 0 },
  line: { first: 1_000, longest: 60_000 },
  server: { first: 5_000, longest: 300_000 },
  client: { first: 900_000, longest: 900_000 },
} as const;

type Meaning =
  | 'restart'
  | 'replaced'
  | 'logged_out'
  | 'banned'
  | 'temporary_ban'
  | 'no_linked_devices'
  | keyof Omit<typeof paces, 'now'>;

const meanings: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  [515, 'restart'],
  [440, 'replaced'],
  [401, 'logged_out'],
  [403, 'banned'],
  [406, 'banned'],
  [402, 'temporary_ban'],
  [411, 'no_linked_devices'],
  [408, 'line'],
  [428, 'line'],
  [429, 'server'],
]);

function meaningOf(code: number): Meaning {
  const known = meanings.get(code);
  if (known) return known;
  if (code >= 500 && code < 600) return 'server';
  // Another refusal of the login: our version, our user agent, our request. Asking again soon changes nothing.
  return code >= 400 && code < 500 ? 'client' : 'line';
}

function afterReplaced(replaced: number): DisconnectVerdict {
  return replaced >= replacedMax
    ? {
        kind: 'stop',
        state: 'conflict',
        reason: `another connection of the same device replaced this one ${replaced} times`,
      }
    : { kind: 'ask_owner', after: replacedPause };
}

function stop(
  state: 'logged_out' | 'banned',
  reason: string,
): { verdict: DisconnectVerdict; streak: ConnectStreak } {
  return { verdict: { kind: 'stop', state, reason }, streak: freshStreak };
}

function unreachableReason(code: number): string {
  if (code === 405) return 'WhatsApp refuses this client version (405): set WHATSAPP_VERSION';
  if (code === 408) return 'no connection to WhatsApp';
  return `WhatsApp ends the connection with ${code}`;
}
