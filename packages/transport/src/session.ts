import type {
  DeviceId,
  DurationMs,
  MessageId,
  NotSentReason,
  PhoneNumber,
  SendResult,
} from '@dripfleet/domain';

/** A message whose intent is committed, exactly as it leaves, on every attempt. */
export type OutboundMessage = Readonly<{ messageId: MessageId; toJid: string; body: string }>;

/**
 * The last check before a frame leaves, made in the same tick as the write: nothing may come between. Says why the
 * frame may not leave, or undefined.
 */
export type Gate = () => NotSentReason | undefined;

export type SessionEnd = Readonly<{
  /** `replaced`: another connection of this device won. Never reconnect on it without asking Postgres who owns it. */
  kind: 'lost' | 'replaced' | 'closed_by_us';
  code: number;
}>;

/** What a device's network connection tells between sends. Handlers must not throw. */
export type SessionEvents = Readonly<{
  onReceipt(receipt: Readonly<{ messageId: MessageId; kind: 'delivered' | 'read' }>): void;
  onEnd(end: SessionEnd): void;
}>;

/** The live connection of one device. Expected failures are values of `SendResult`; it throws only for bugs. */
export type Session = Readonly<{
  /** Resolves when everything the network had kept for the device was handed over, or the session ended. */
  caughtUp: Promise<void>;
  /** Sends one message and waits for its acknowledgement. One at a time. `gate` is asked right before the write. */
  send(message: OutboundMessage, gate: Gate): Promise<SendResult>;
  /** Closes in order. Resolves when closed. */
  close(): Promise<void>;
  /** Ends the connection in this tick; for a worker that was fenced. */
  terminate(): void;
}>;

export type SessionRequest = Readonly<{
  deviceId: DeviceId;
  phone: PhoneNumber;
  /** Asked before the connect and before every frame: a worker that lost its device may not even connect. */
  gate: Gate;
  events: SessionEvents;
}>;

/** A way to WhatsApp. */
export type Transport = Readonly<{
  /** Opens a session; throws `ConnectError` when the network can't be reached or refuses. */
  open(request: SessionRequest, signal: AbortSignal): Promise<Session>;
}>;

export type TransportTimings = Readonly<{
  /** How long a send waits for the server's acknowledgement. */
  ackTimeout: DurationMs;
  /** How long an open may take. */
  connectTimeout: DurationMs;
}>;

/** A session that could not be opened; `code` says what to do. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly code: 'unreachable' | 'refused' | 'fenced' | 'timed_out';

  constructor(code: ConnectError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
