/** A promise that was broken. `at`: true ms of the run. */
export type Violation = Readonly<{ rule: Rule; at: number; detail: string }>;

export type Rule =
  /** A step left under a second message id. */
  | 'different_id'
  /** A text left that nobody had asked for. */
  | 'unplanned'
  | 'order'
  | 'lost'
  /** Decided, or written, after the number had opted out. */
  | 'after_opt_out'
  /** An opt-out that was heard is not kept. */
  | 'opt_out_lost'
  /** Decided, or written, while an operator had stopped it. */
  | 'while_stopped'
  /** Written by a worker that does not own the device. */
  | 'frame_by_other'
  | 'connect_by_other'
  /** Written by a worker that Postgres had not answered for too long. */
  | 'frame_without_heartbeat'
  | 'two_sessions'
  | 'cap_passed'
  /** Sent twice with the same id although nothing had gone wrong. */
  | 'needless_repeat'
  | 'confirmation_repeated'
  | 'stuck'
  /** Given up although nothing was wrong with it. */
  | 'condemned'
  /** The engine failed in a way that it does not expect. */
  | 'broken';
