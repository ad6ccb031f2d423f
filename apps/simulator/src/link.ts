/** What the network has to tell a device, whenever it is connected. */
export type Notice =
  | {
      readonly kind: 'receipt';
      readonly id: string;
      readonly to: string;
      readonly receipt: 'delivered' | 'read';
    }
  /** A contact's phone cannot read the message and asks for it again; `count` tells its requests for one id apart. */
  | { readonly kind: 'retry'; readonly id: string; readonly to: string; readonly count: number }
  /** Whether the account may write to new contacts; `endsAt` is epoch ms. */
  | {
      readonly kind: 'timelock';
      readonly id: string;
      readonly active: boolean;
      readonly endsAt: number;
    }
  | {
      readonly kind: 'inbound';
      readonly id: string;
      readonly from: string;
      readonly text: string;
      /** How the contact is named where a protocol has two names for it; by itself a hash of the contact decides. */
      readonly address?: Address | undefined;
    };

/** By phone number, or by the LID that hides it. */
export type Address = 'pn' | 'lid';

/**
 * One client's end of a protocol: what the network can do to it, in that protocol's frames.
 *
 * The network is told of the client's messages and its leaving by calls to `receive` and `leave`.
 */
export interface Link {
  /** Whether the client has not begun to leave. One that has is not a second connection. */
  readonly open: boolean;
  /** Whether the client says what it has received. Until it did, a notice is kept and comes again at the next login. */
  readonly confirms: boolean;
  /** Tells the client that it is in, and what was kept for it. */
  welcome(kept: readonly Notice[]): void;
  ack(message: { readonly id: string; readonly to: string }, error?: number): void;
  notify(notice: Notice): void;
  /** Ends the connection with a code and, where the protocol has room for it, a reason; 1006 cuts it without a word. */
  close(code: number, reason?: string): void;
}

/** One logged-in connection of a device. */
export interface Connection {
  readonly device: string;
  /** Counts from 1 over all devices. */
  readonly number: number;
  readonly link: Link;
  /** `opening` until what was kept has been sent; `ended` ones are heard no more. */
  state: 'opening' | 'open' | 'ended';
}
