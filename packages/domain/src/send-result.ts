import type { EpochMs } from './time.ts';

/** What became of one attempt, as the transport saw it. Each case says what the caller may do next. */
export type SendResult =
  /** The server acknowledged our message id without an error. */
  | Readonly<{ kind: 'accepted'; at: EpochMs }>
  /** The server refused it; `code` is the network's. It was not delivered and will not be. */
  | Readonly<{ kind: 'rejected'; code: string }>
  /** Nothing left the process: sending again is safe. */
  | Readonly<{ kind: 'not_sent'; reason: NotSentReason }>
  /** It may have left: only the same id and bytes may be sent again, after looking for a receipt. */
  | Readonly<{ kind: 'unconfirmed'; reason: UnconfirmedReason }>;

export type NotSentReason =
  | 'closed_before_write'
  | 'fenced'
  | 'budget_passed'
  /** The contact opted out, and this process knows. */
  | 'opted_out'
  /** The network did not answer what must be known before a message can be made, or said that we ask too much. */
  | 'network_busy'
  /** The file of a step could not be fetched just now. */
  | 'media_unavailable';

export type UnconfirmedReason = 'ack_timeout' | 'closed_after_write';
