/** A message's fate at the network: in the contact's phone, lost on the way, or refused with a code. */
export type Outcome = 'accepted' | 'dropped' | 'nacked';

export type MediaKind = 'image' | 'video' | 'audio' | 'document' | 'sticker';

/**
 * What the network saw, one line of the ledger each. Every line also carries `t` (epoch ms) and `n` (1, 2, 3, …).
 *
 * `device`, `to` and `from` are `+E164`. `conn` counts connections since the process started.
 * `resent` is a message the contact has, sent again because its phone asked for it. A message that the contact's phone
 * could not decrypt is `dropped`, with an empty text. `start` marks a ledger continued by a new process: every connection of the lines before is gone.
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
      /** What kind of media it carries, if any; `text` is then the caption. */
      readonly media?: MediaKind;
      readonly outcome: Outcome;
    }
  | {
      readonly event: 'resent';
      readonly device: string;
      readonly conn: number;
      readonly to: string;
      readonly id: string;
      readonly text: string;
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
  | { readonly event: 'conflict'; readonly device: string; readonly conn: number }
  | { readonly event: 'paired' | 'unpaired'; readonly device: string };
