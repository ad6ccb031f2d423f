/** A message's fate at the network: in the contact's phone, lost on the way, or refused with a code. */
export type Outcome = 'accepted' | 'dropped' | 'nacked';

/**
 * What the network saw, one line of the ledger each. Every line also carries `t` (epoch ms) and `n` (1, 2, 3, …).
 *
 * `device`, `to` and `from` are `+E164`. `conn` counts connections since the process started.
 * `start` marks a ledger continued by a new process: every connection of the lines before is gone.
 */
export type LedgerEvent =
  | { readonly event: 'start' }
  | { readonly event: 'connect'; readonly device: string; readonly conn: number }
  | {
      readonly event: 'message';
      readonly device: string;
      readonly conn: number;
      readonly to: string;
      readonly id: string;
      readonly text: string;
      readonly outcome: Outcome;
    }
  | {
      readonly event: 'ack';
      readonly device: string;
      readonly id: string;
      readonly error?: number;
    }
  | {
      readonly event: 'delivered' | 'read';
      readonly device: string;
      readonly to: string;
      readonly id: string;
    }
  | {
      readonly event: 'inbound';
      readonly device: string;
      readonly from: string;
      readonly text: string;
    }
  | {
      readonly event: 'disconnect';
      readonly device: string;
      readonly conn: number;
      readonly code: number;
    }
  | { readonly event: 'conflict'; readonly device: string; readonly conn: number };
