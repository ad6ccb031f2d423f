import { assertNever } from './assert-never.ts';
import { hashFraction } from './jitter.ts';
import type { SendResult } from './send-result.ts';
import { addMs, durationMs, type DurationMs, type EpochMs } from './time.ts';

export type FailureClass =
  | 'not_sent'
  | 'unconfirmed'
  | 'contact'
  | 'account'
  | 'content'
  | 'poison';

/** What a delivery's state becomes after one attempt, and what that means for its sequence contact. */
export type Conclusion =
  | Readonly<{ kind: 'sent'; at: EpochMs }>
  /** Known not to have left: `ready` again, to begin at `at`. */
  | Readonly<{ kind: 'retry'; at: EpochMs; reason: string }>
  /**
   * Possibly left: stays `sending` until recovery finds a receipt or sends the same bytes again. `left` is false when
   * this attempt did not leave, but an earlier one may have.
   */
  | Readonly<{ kind: 'recover'; reason: string; left: boolean }>
  /** This contact cannot be reached with this step: the sequence's policy decides between skip and exit. */
  | Readonly<{ kind: 'failed'; errorClass: 'contact' | 'content'; code: string }>
  /** The account is in trouble: the row waits for an operator and the device stops. */
  | Readonly<{ kind: 'held'; errorClass: 'account'; code: string }>;

export type Attempt = Readonly<{
  /** Identifies the delivery; the jitter is a hash of it. */
  key: string;
  /** Counts from 1. */
  attempt: number;
  /** An earlier attempt may have arrived. */
  isResend: boolean;
  result: SendResult;
  now: EpochMs;
}>;

const firstBackoff = 5_000;
const longestBackoff = 15 * 60_000;

/**
 * What one attempt means for its delivery. The only place that decides on a retry.
 *
 * Retries by itself only when nothing left the process: a late message is a delay, a repeated one cannot be
 * taken back. Backoff is full jitter over 5 s·2ⁿ, at most 15 min.
 */
export function concludeAttempt({ key, attempt, isResend, result, now }: Attempt): Conclusion {
  switch (result.kind) {
    case 'accepted':
      return { kind: 'sent', at: result.at };
    case 'not_sent':
      return isResend
        ? { kind: 'recover', reason: result.reason, left: false }
        : { kind: 'retry', at: addMs(now, backoff(key, attempt)), reason: result.reason };
    case 'unconfirmed':
      return { kind: 'recover', reason: result.reason, left: true };
    case 'rejected':
      return concludeRejection(result.code, { key, attempt, isResend, now });
    default:
      return assertNever(result);
  }
}

/** Server codes that speak of our account, not of the contact. */
const accountCodes = new Set(['401', '402', '403', '411', '463']);
/** The server had too much of us: it did not take the message, and takes it later. */
const busyCodes = new Set(['420', '429', '503']);

/** The server says that it did not take the message: sending the same id later is safe, where that can help. */
function concludeRejection(
  code: string,
  { key, attempt, isResend, now }: Omit<Attempt, 'result'>,
): Conclusion {
  if (accountCodes.has(code)) return { kind: 'held', errorClass: 'account', code };
  if (busyCodes.has(code) && attempt < busyAttemptsMax) {
    if (isResend) return { kind: 'recover', reason: code, left: false };
    return { kind: 'retry', at: addMs(now, backoff(key, attempt + busySkip)), reason: code };
  }
  return { kind: 'failed', errorClass: code.startsWith('media_') ? 'content' : 'contact', code };
}

/** Starts at two and a half minutes: it is minutes that help here. */
const busySkip = 5;
const busyAttemptsMax = 10;

function backoff(key: string, attempt: number): DurationMs {
  const ceiling = Math.min(firstBackoff * 2 ** (attempt - 1), longestBackoff);
  return durationMs(Math.ceil(hashFraction(`${key}:${attempt}`) * ceiling));
}
