/**
 * The rows of every table that the simulated store keeps: the migrations' columns under their own names. bigint is a
 * number, timestamptz epoch ms, bytea hex, jsonb the value itself. Rows are never changed in place.
 */
export type Rows = Readonly<{
  settings: SettingsRow;
  workers: WorkerRow;
  devices: DeviceRow;
  pairings: PairingRow;
  sequences: SequenceRow;
  sequence_versions: SequenceVersionRow;
  contacts: ContactRow;
  suppressions: SuppressionRow;
  sequence_contacts: SequenceContactRow;
  deliveries: DeliveryRow;
  inbound_messages: InboundMessageRow;
  operator_actions: OperatorActionRow;
}>;

export type TableName = keyof Rows;
export type Row<T extends TableName = TableName> = Rows[T];

export type SettingsRow = Readonly<{
  only_row: boolean;
  installation_id: string;
  installation_secret: string;
  installed_at: number;
}>;

export type WorkerRow = Readonly<{
  id: string;
  host: string;
  build: string;
  capacity: number;
  started_at: number;
  last_heartbeat_at: number;
  redis_ok: boolean;
  draining: boolean;
  engine: string;
  wanted_devices: number | null;
}>;

export type DeviceRow = Readonly<{
  id: number;
  name: string;
  phone: string | null;
  labels: Readonly<Record<string, unknown>>;
  desired_state: 'running' | 'paused' | 'draining' | 'drained';
  desired_reason: string | null;
  paused_until: number | null;
  session_state: SessionState;
  state_reason: string | null;
  state_since: number;
  restricted_until: number | null;
  engine: string;
  pacing: Readonly<Record<string, unknown>> | null;
  pacing_version: number;
  owner_worker_id: string | null;
  owner_epoch: number;
  owner_claimed_at: number | null;
  reserved_for: string | null;
  reserved_until: number | null;
  created_at: number;
  restriction: 'everybody' | 'new_contacts' | null;
}>;

export type SessionState =
  | 'closed'
  | 'unpaired'
  | 'pairing'
  | 'connecting'
  | 'open'
  | 'restricted'
  | 'logged_out'
  | 'banned'
  | 'conflict'
  | 'unreachable'
  | 'quarantined';

export type PairingRow = Readonly<{
  device_id: number;
  method: string;
  requested_by: string;
  requested_at: number;
  expires_at: number;
  state: 'requested' | 'waiting' | 'paired' | 'failed';
  reason: string | null;
  challenge: string | null;
  challenge_expires_at: number | null;
}>;

export type SequenceRow = Readonly<{
  id: number;
  name: string;
  status: 'draft' | 'active' | 'paused' | 'archived';
  current_version: number;
  created_at: number;
}>;

export type SequenceVersionRow = Readonly<{
  sequence_id: number;
  version: number;
  definition: Readonly<Record<string, unknown>>;
  published_at: number;
}>;

export type ContactRow = Readonly<{
  id: number;
  phone: string;
  name: string | null;
  time_zone: string | null;
  attributes: Readonly<Record<string, unknown>>;
  consent_source: string | null;
  consent_at: number | null;
  suppressed_at: number | null;
  created_at: number;
}>;

export type SuppressionRow = Readonly<{ phone_hash: string; reason: string; at: number }>;

export type SequenceContactRow = Readonly<{
  id: number;
  sequence_id: number;
  version: number;
  contact_id: number;
  run_no: number;
  device_id: number;
  next_step_key: string | null;
  priority: number;
  status: 'active' | 'paused' | 'completed' | 'exited' | 'failed';
  exit_reason: string | null;
  next_trigger_time: number;
  dispatch_state: 'idle' | 'queued' | 'sending' | 'held';
  dispatch_seq: number;
  crash_count: number;
  assigned_worker_id: string | null;
  worker_assigned_at: number | null;
  import_key: string | null;
  enrolled_at: number;
  finished_at: number | null;
}>;

export type DeliveryState = 'ready' | 'sending' | 'sent' | 'failed' | 'uncertain' | 'cancelled';

export type DeliveryRow = Readonly<{
  sequence_contact_id: number;
  step_key: string;
  cycle: number;
  contact_id: number;
  device_id: number;
  message_id: string;
  to_jid: string;
  body: string | null;
  state: DeliveryState;
  epoch: number;
  attempts: number;
  resends: number;
  intent_at: number;
  last_attempt_at: number;
  concluded_at: number | null;
  acked_at: number | null;
  delivered_at: number | null;
  read_at: number | null;
  error_class: string | null;
  error_code: string | null;
}>;

export type InboundMessageRow = Readonly<{
  device_id: number;
  message_id: string;
  contact_id: number | null;
  kind: 'reply' | 'opt_out';
  heard_at: number;
}>;

export type OperatorActionRow = Readonly<{
  id: number;
  at: number;
  actor: string;
  action: string;
  object: string;
  reason: string | null;
  detail: Readonly<Record<string, unknown>>;
}>;
