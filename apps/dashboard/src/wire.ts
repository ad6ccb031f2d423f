/** What the fleet page and the dashboard tell each other. Types only: the page takes nothing else from the server. */

/** What an operator sees at a glance: one word for what is wanted of a device and how its session is. */
export const conditions = [
  'open',
  'quiet',
  'waiting',
  'connecting',
  'paused',
  'draining',
  'drained',
  'restricted',
  'stopped',
] as const;

/**
 * - `open` its session is open: it sends, or may
 * - `quiet` nothing is due: it needs no session
 * - `waiting` it has something to send, and no worker has it yet
 * - `connecting` a worker has it and opens its session, or can't reach the network
 * - `paused`, `draining`, `drained` as the operator wants it
 * - `restricted` the network limits its account for a time
 * - `stopped` it needs somebody: unpaired, logged out, banned, in use elsewhere
 */
export type Condition = (typeof conditions)[number];

export type FleetDevice = Readonly<{
  id: number;
  name: string;
  labels: Readonly<Record<string, string>>;
  condition: Condition;
  /** Why it is so, a short text for people. */
  why?: string;
  /** The host of the worker that has it. */
  host?: string;
  /** Rows in its queue. */
  queued: number;
  /** Messages on their way. */
  sending: number;
  /** Contacts who are due and not queued yet. */
  due: number;
  sentLastHour: number;
  /** Failed or uncertain in the last hour, by class. */
  errors?: Readonly<Record<string, number>>;
}>;

/** The fleet in a line, about once a second. */
export type FleetPulse = Readonly<{
  /** Epoch ms. */
  at: number;
  /** Messages accepted in the last minute. */
  sentLastMinute: number;
  workers: number;
  /** Devices that should have a session, and those that have an owner. */
  wanted: number;
  owned: number;
  capacity: number;
}>;

/** `snapshot` is the first event of a stream, and whatever follows a gap. */
export type FleetEvents = {
  snapshot: Readonly<{ devices: readonly FleetDevice[]; pulse: FleetPulse }>;
  /** Devices that changed, whole, and those that are gone. */
  delta: Readonly<{ devices: readonly FleetDevice[]; removed: readonly number[] }>;
  pulse: FleetPulse;
};

export type Role = 'viewer' | 'operator' | 'admin';

/** GET /api/v1/me */
export type Me = Readonly<{ name: string; role: Role }>;

/** GET /api/v1/devices/:name */
export type DeviceView = Readonly<{
  name: string;
  phone?: string;
  labels: Readonly<Record<string, string>>;
  engine: 'workers' | 'direct';
  state: 'running' | 'paused' | 'draining' | 'drained';
  reason?: string;
  /** Epoch ms, as all instants here. */
  pausedUntil?: number;
  session: Readonly<{ state: string; reason?: string; since: number; restrictedUntil?: number }>;
  owner?: Readonly<{ worker: string; host?: string; live: boolean; since?: number }>;
  rows: Readonly<{ queued: number; sending: number; held: number; waiting: number; due: number }>;
  nextDueAt?: number;
  /** ms until its pace allows the next message; absent: unknown. */
  nextSendIn?: number;
  sentLastHour: number;
  caps: readonly Readonly<{ max: number; window: string }>[];
  gap?: string;
  /** What to do next, a sentence each. */
  advice: readonly string[];
}>;

/** POST /api/v1/devices/pause | resume | drain */
export type ControlBody = Readonly<{
  devices?: readonly string[];
  labels?: Readonly<Record<string, string>>;
  all?: true;
  reason?: string;
  /** Pause only: a duration such as `2h`. */
  for?: string;
}>;

export type ControlResult = Readonly<{
  devices: readonly Readonly<{
    name: string;
    outcome: 'changed' | 'already' | 'kept';
    state: string;
    inFlight?: number;
    waiting?: number;
  }>[];
  /** True when the workers could not be told, and see it for themselves within seconds. */
  unannounced?: true;
}>;

/** POST /api/v1/devices/:name/pairing */
export type PairingBody = Readonly<{ method: 'qr' | 'code'; phone?: string }>;

/** GET /api/v1/devices/:name/pairing */
export type PairingView =
  | Readonly<{ kind: 'none' | 'requested' | 'expired' | 'unreadable' }>
  /** `qr`: the rows of the picture, `1` a dark module; no margin. */
  | Readonly<{ kind: 'waiting'; method: 'qr'; qr: readonly string[]; validForMs: number }>
  | Readonly<{ kind: 'waiting'; method: 'code'; code: string; validForMs: number }>
  | Readonly<{ kind: 'paired'; phone?: string }>
  | Readonly<{ kind: 'failed'; reason: string }>;

/** application/problem+json */
export type Problem = Readonly<{
  type: string;
  title: string;
  status: number;
  /** Stable; what programs go by. */
  code: string;
  detail?: string;
}>;
