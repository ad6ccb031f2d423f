import { assertNever } from '@dripfleet/domain';
import { ConnectError, type SessionEnd } from '../session.ts';
import type { StoreFailure } from './auth-store.ts';

/** Why a connection ended. */
export type Ending =
  | Readonly<{ kind: 'ours' }>
  /** WhatsApp said so; `code` is its own: 401, 403, 440, 515, … */
  | Readonly<{ kind: 'whatsapp'; code: number }>
  /** The line broke, or was never there; `code` is the WebSocket's, or Baileys' 408 and 428 for that. */
  | Readonly<{ kind: 'network'; code: number }>
  /** Something between us and WhatsApp answered the upgrade. */
  | Readonly<{ kind: 'http'; code: number }>
  | Readonly<{ kind: 'store'; failure: StoreFailure }>
  | Readonly<{ kind: 'timed_out' }>
  | Readonly<{ kind: 'aborted' }>;

/** WhatsApp's code for: another connection of this device has logged in. */
const replaced = 440;
/** Baileys' own: timed out, closed. WhatsApp uses neither. */
const broken = new Set([408, 428]);
/** The WebSocket's: closed without a close frame. */
const abnormal = 1006;

/** What Baileys' last error says; an `ours` has none. */
export function endingOf(error: unknown): Ending {
  if (error === undefined) return { kind: 'ours' };
  if (typeof error === 'number') return { kind: 'network', code: error };
  const code = statusOf(error);
  const data: unknown = field(error, 'data');
  if (code === undefined || data instanceof Error) return { kind: 'network', code: abnormal };
  return { kind: broken.has(code) ? 'network' : 'whatsapp', code };
}

/** The status that a Boom carries, which is what Baileys throws. */
export function statusOf(error: unknown): number | undefined {
  const status = field(field(error, 'output'), 'statusCode');
  return typeof status === 'number' ? status : undefined;
}

/** What the end means to a session that was open. */
export function sessionEnd(ending: Ending): SessionEnd {
  switch (ending.kind) {
    case 'ours':
    case 'aborted':
      return { kind: 'closed_by_us', code: 0 };
    case 'whatsapp':
      return { kind: ending.code === replaced ? 'replaced' : 'lost', code: ending.code };
    case 'network':
    case 'http':
      return { kind: 'lost', code: ending.code };
    case 'store':
      return { kind: ending.failure === 'unreadable' ? 'unreadable' : 'lost', code: 0 };
    case 'timed_out':
      return { kind: 'lost', code: 0 };
    default:
      return assertNever(ending);
  }
}

/** What the end means to a session that was still to be opened. */
export function connectError(ending: Ending): ConnectError {
  switch (ending.kind) {
    case 'ours':
    case 'aborted':
      return new ConnectError('fenced', 'given up while it connected');
    case 'whatsapp':
      return new ConnectError('refused', `WhatsApp refused with ${ending.code}`, ending.code);
    case 'network':
      return new ConnectError('unreachable', 'no connection to WhatsApp');
    case 'http':
      // Without a status: 401 and 403 of a proxy must not be taken for those of WhatsApp.
      return new ConnectError('refused', `the connection was refused with HTTP ${ending.code}`);
    case 'store':
      return storeError(ending.failure);
    case 'timed_out':
      return new ConnectError('timed_out', 'WhatsApp did not answer in time');
    default:
      return assertNever(ending);
  }
}

function storeError(failure: StoreFailure): ConnectError {
  switch (failure) {
    case 'fenced':
      return new ConnectError('fenced', 'the device went to another worker while it connected');
    case 'unreadable':
      return new ConnectError('unreadable', 'the stored session can not be read');
    case 'key_missing':
      return new ConnectError('key_missing', 'the key of the stored session is missing here');
    case 'unavailable':
      return new ConnectError('unreachable', 'the store of the session can not be reached');
    default:
      return assertNever(failure);
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
