import type { EpochMs } from './time.ts';

/** A rule that can say no; see `explainRun` for their order. */
export type Rule =
  | 'ended'
  | 'suppressed'
  | 'no_consent'
  | 'held'
  | 'in_flight'
  | DeviceRule
  | 'run_paused'
  | 'sequence_not_active'
  | 'new_contact'
  | 'pacing_unreadable'
  | 'not_due'
  | 'no_worker'
  | 'unclaimed'
  | 'reserved'
  | 'owner_silent'
  | 'changing_engine'
  | 'unreachable'
  | 'not_connected'
  | 'already_final'
  | 'unconfirmed'
  | 'suspect'
  | 'in_line'
  | 'paced';

/** A rule of the device's own row: what `device_may_send` asks. */
export type DeviceRule =
  | 'no_phone'
  | 'paused'
  | 'draining'
  | 'drained'
  | 'unpaired'
  | 'pairing'
  | 'logged_out'
  | 'banned'
  | 'conflict'
  | 'quarantined'
  | 'restricted';

export type Reason = Readonly<{
  rule: Rule;
  /** When it is asked again at the latest; undefined: once somebody has acted, or nobody can say. */
  askedAgainAt: EpochMs | undefined;
}>;
