/** What the network has to tell a device, whenever it is connected. */
export type Notice =
  | {
      readonly kind: 'receipt';
      readonly id: string;
      readonly to: string;
      readonly receipt: 'delivered' | 'read';
    }
  | {
      readonly kind: 'inbound';
      readonly id: string;
      readonly from: string;
      readonly text: string;
    };

/**
 * One client's end of a protocol: what the network can do to it, in that protocol's frames.
 *
 * The network is told of the client's messages and its leaving by calls to `receive` and `leave`.
 */
export interface Link {
  /** Whether the client has not begun to leave. One that has is not a second connection. */
  readonly open: boolean;
  ack(id: string, error?: number): void;
  notify(notice: Notice): void;
  /** Everything kept for the device has been sent. */
  offlineDone(): void;
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
