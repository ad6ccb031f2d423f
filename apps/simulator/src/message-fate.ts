import type { Outcome } from './ledger-event.ts';
import type { Rule } from './rule.ts';

/** How a connection ends when nobody says why: cut, without a close frame (RFC 6455, 7.4.1). */
export const CUT = 1006;
/** "Internal error" of RFC 6455: what a rule closes with that names no code. */
export const SERVER_ERROR = 1011;

/** What becomes of a message, and what its sender gets to see. */
export interface MessageFate {
  readonly outcome: Outcome;
  readonly answer:
    | { readonly kind: 'ack'; readonly afterMs?: number; readonly error?: number }
    | { readonly kind: 'close'; readonly code: number }
    | { readonly kind: 'none' };
}

/**
 * What a rule makes of a message; without one it is accepted and acked.
 *
 * `accept_then_drop` and `no_ack` are the cases a sender cannot tell from `drop_before` and `hang`: the contact has the
 * message, or has not, and nothing says which.
 */
export function messageFate(rule: Rule | undefined): MessageFate {
  if (rule === undefined) return { outcome: 'accepted', answer: { kind: 'ack' } };
  switch (rule.do) {
    case 'drop_before':
      return { outcome: 'dropped', answer: { kind: 'close', code: CUT } };
    case 'accept_then_drop':
      return { outcome: 'accepted', answer: { kind: 'close', code: CUT } };
    case 'no_ack':
      return { outcome: 'accepted', answer: { kind: 'none' } };
    case 'delay':
      return { outcome: 'accepted', answer: { kind: 'ack', afterMs: rule.ms ?? 0 } };
    case 'nack':
      return { outcome: 'nacked', answer: { kind: 'ack', error: rule.code ?? 500 } };
    case 'close':
      return { outcome: 'dropped', answer: { kind: 'close', code: rule.code ?? SERVER_ERROR } };
    case 'hang':
      return { outcome: 'dropped', answer: { kind: 'none' } };
    default:
      return assertNever(rule.do);
  }
}

function assertNever(deed: never): never {
  throw new Error(`no such deed: ${String(deed)}`);
}
