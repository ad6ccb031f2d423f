import type {
  DeviceId,
  DurationMs,
  EpochMs,
  MessageId,
  NotSentReason,
  PhoneNumber,
  SendResult,
  StepMedia,
} from '@dripfleet/domain';

/** A message whose intent is committed, exactly as it leaves, on every attempt. */
export type OutboundMessage = Readonly<{
  messageId: MessageId;
  toJid: string;
  /** The text; with media, its caption. */
  body: string;
  media?: StepMedia | undefined;
}>;

/**
 * The last check before a frame leaves, made in the same tick as the write: nothing may come between. Says why the
 * frame may not leave, or undefined.
 */
export type Gate = () => NotSentReason | undefined;

export type SessionEnd = Readonly<{
  /**
   * `replaced`: another connection of this device won. Never reconnect on it without asking Postgres who owns it.
   * `unreadable`: a stored credential can't be read; nothing may be started from what is left.
   */
  kind: 'lost' | 'replaced' | 'unreadable' | 'closed_by_us';
  /** WhatsApp's code where there is one (401, 440, 515, …), else that of the socket; 0 when there is none. */
  code: number;
}>;

/** A message of a contact. */
export type InboundMessage = Readonly<{
  /** WhatsApp's id; comes again when it could not be confirmed. */
  messageId: string;
  /** Undefined when the number behind WhatsApp's id is not known, or could not be looked up: somebody wrote. */
  from: PhoneNumber | undefined;
  /** Undefined for what has no text: a sticker, a call. */
  text: string | undefined;
  at: EpochMs;
}>;

/** What became of something that the network told. `not_stored`: it should come again. */
export type Taken = 'stored' | 'not_stored';

/**
 * What a device's network connection tells between sends. Handlers must not throw, and their promises must not reject.
 *
 * Receipts and messages are safe when the promise resolves with `stored`, or at once without one. The simulated transport
 * confirms them only then; WhatsApp's confirms before it tells.
 */
export type SessionEvents = Readonly<{
  /** `read` may come without a `delivered` before it; it implies it. */
  onReceipt(
    receipt: Readonly<{ messageId: MessageId; kind: 'delivered' | 'read' }>,
  ): void | Promise<Taken>;
  onInbound(message: InboundMessage): void | Promise<Taken>;
  /** WhatsApp keeps the account from writing to new contacts until then; `lifted`: no longer. */
  onTimeLock(
    lock: Readonly<{ kind: 'locked'; until: EpochMs | undefined } | { kind: 'lifted' }>,
  ): void;
  onEnd(end: SessionEnd): void;
}>;

/** The live connection of one device. Expected failures are values of `SendResult`; it throws only for bugs. */
export type Session = Readonly<{
  /** Resolves when everything the network had kept for the device was handed over, or the session ended. */
  caughtUp: Promise<void>;
  /** Sends one message and waits for its acknowledgement. One at a time. `gate` is asked right before the write. */
  send(message: OutboundMessage, gate: Gate): Promise<SendResult>;
  /** Closes in order. Resolves when closed, and what it had to remember is stored. */
  close(): Promise<void>;
  /** Ends the connection in this tick; for a worker that was fenced. */
  terminate(): void;
}>;

/**
 * What a session must remember over its life: opaque texts, by kind and id. All throw when the store can't be reached.
 */
export type SessionCredentials = Readonly<{
  /**
   * Holds only what there is. `unreadable`: something is there and can't be read, which is not the same as absent.
   * `key_missing`: for want of the key that it was sealed with.
   */
  read(
    kind: string,
    ids: readonly string[],
  ): Promise<
    | Readonly<{ kind: 'read'; values: ReadonlyMap<string, string> }>
    | Readonly<{ kind: 'unreadable'; cause: 'key_missing' | 'damaged'; reason: string }>
  >;
  /** All changes at once or none, in the order of the calls; `fenced`: the device is no longer this worker's. */
  write(changes: readonly CredentialChange[]): Promise<'written' | 'fenced'>;
  /** Forgets all that is stored and stores these, in one transaction: the last step of pairing anew. */
  replace(changes: readonly CredentialChange[]): Promise<'written' | 'fenced'>;
}>;

/** `value` null: forget it. */
export type CredentialChange = Readonly<{ kind: string; id: string; value: string | null }>;

export type SessionRequest = Readonly<{
  deviceId: DeviceId;
  phone: PhoneNumber;
  /** Asked before the connect and before every frame: a worker that lost its device may not even connect. */
  gate: Gate;
  credentials: SessionCredentials;
  /** A message of this device that was sent before, for a phone that could not read it. Undefined: no longer known. */
  findMessage(messageId: MessageId): Promise<OutboundMessage | undefined>;
  events: SessionEvents;
}>;

/** What an operator must do with the phone: scan a QR of this content, or type this code. Never logged. */
export type PairingChallenge = Readonly<{
  kind: 'qr' | 'code';
  content: string;
  validFor: DurationMs;
}>;

export type PairingRequest = Readonly<{
  deviceId: DeviceId;
  gate: Gate;
  credentials: SessionCredentials;
  /** `code`: the phone number of the account that is to be linked. */
  method: Readonly<{ kind: 'qr' } | { kind: 'code'; phone: PhoneNumber }>;
  /** The account that the device is registered for; undefined: whichever phone scans. */
  expected: PhoneNumber | undefined;
  /** Called again when the challenge rotates. */
  onChallenge(challenge: PairingChallenge): void;
}>;

/** A way to WhatsApp. */
export type Transport = Readonly<{
  /**
   * Opens a session; throws `ConnectError` when the network can't be reached or refuses, and what the credentials throw
   * when they can't be reached.
   */
  open(request: SessionRequest, signal: AbortSignal): Promise<Session>;
  /**
   * Links the device to a phone and stores its new identity in place of the old one; whatever fails before, what was
   * stored stays as it was. Returns the phone's number; the connection is closed by then. Throws `ConnectError`:
   * `expired` when nobody did in time or `signal` gave up, `wrong_account` when it was another phone, which is unlinked
   * again.
   */
  pair(request: PairingRequest, signal: AbortSignal): Promise<PhoneNumber>;
}>;

export type TransportTimings = Readonly<{
  /** How long a send waits for the server's acknowledgement. */
  ackTimeout: DurationMs;
  /** How long an open may take. */
  connectTimeout: DurationMs;
}>;

export type ConnectErrorCode =
  | 'unreachable'
  /** The network refused; `status` is its code: 401, 403, 405, … */
  | 'refused'
  | 'fenced'
  | 'timed_out'
  /** There is no identity to connect with: pair the device. */
  | 'unpaired'
  /** What is stored is sealed with a key that this process does not have: a fault of its key file, not of the device. */
  | 'key_missing'
  /** What is stored can't be read. Never start a new identity because of it. */
  | 'unreadable'
  /** The account of the phone is not the one that the device is registered for. */
  | 'wrong_account'
  /** Nobody scanned or typed in time. */
  | 'expired'
  | 'unsupported';

/** A session that could not be opened; `code` says what to do. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly code: ConnectErrorCode;
  /** WhatsApp's code, with `refused`; undefined when something else refused the connection. */
  readonly status: number | undefined;

  constructor(code: ConnectErrorCode, message: string, status?: number) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
