/** One line of the ledger: `t` is epoch ms, `n` its number from 1. What judging needs no more of is `other`. */
export type LedgerEvent = { readonly t: number; readonly n: number } & (
  | MessageFields
  | {
      readonly event: 'inbound';
      readonly device: string;
      readonly from: string;
      readonly text: string;
    }
  | {
      readonly event: 'connect' | 'disconnect' | 'conflict';
      readonly device: string;
      readonly conn: number;
    }
  | { readonly event: 'ack'; readonly device: string; readonly id: string }
  | { readonly event: 'start' | 'delivered' | 'read' | 'paired' | 'unpaired' | 'other' }
);

interface MessageFields {
  readonly event: 'message';
  readonly device: string;
  readonly conn: number;
  readonly to: string;
  readonly id: string;
  readonly text: string;
  readonly outcome: 'accepted' | 'dropped' | 'nacked';
}

export type LedgerMessage = Extract<LedgerEvent, { event: 'message' }>;
