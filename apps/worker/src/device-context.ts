import type { Clock, DeviceId, DurationMs, MessageId, PacingPolicy } from '@dripfleet/domain';
import type { ChallengeOf } from '@dripfleet/credentials';
import type { Claim, Heartbeat } from '@dripfleet/fleet';
import type { DeviceQueue } from '@dripfleet/queue';
import type { Device } from '@dripfleet/store';
import type { OutboundMessage, SessionCredentials, Transport } from '@dripfleet/transport';
import type { ConnectTurns } from './connect-turns.ts';
import type { Definitions } from './definitions.ts';
import type { DevicePacer } from './device-pacer.ts';
import type { Observe } from './events.ts';
import type { Inbound } from './inbound.ts';
import type { Isolation } from './isolation.ts';
import type { Receipts } from './receipts.ts';
import type { WorkerStore } from './worker-store.ts';

/** What all device workers of a process share. */
export type WorkerDeps = Readonly<{
  clock: Clock;
  store: WorkerStore;
  definitions: Definitions;
  transport: Transport;
  heartbeat: Pick<Heartbeat, 'isTrusted'>;
  /** The installation's, for message ids. */
  secret: Uint8Array;
  observe: Observe;
  receipts: Receipts;
  inbound: Inbound;
  /** What the device's session remembers, readable and writable under this claim only. */
  openCredentials(claim: Claim): SessionCredentials;
  /** Encrypts what an operator is to scan or type. */
  sealChallenge(of: ChallengeOf, content: string): Promise<Buffer>;
  /** A message that the device sent before. */
  findMessage(device: DeviceId, id: MessageId): Promise<OutboundMessage | undefined>;
  /** The messages of this process whose answer is awaited or being stored. */
  inFlight: Set<MessageId>;
  /** Keeps rows that processes may die of apart. */
  isolation: Isolation;
  connectTurns: Pick<ConnectTurns, 'take'>;
  openQueue(claim: Claim): DeviceQueue;
  /** Tells the schedulers that the device has room. */
  nudge(claim: Claim): void;
  /** A device with the pacing in force for it: its own, else the environment's. */
  readPacing(device: Device): PacedDevice;
  /** How long after begin a frame may still be written. */
  sendBudget: DurationMs;
}>;

/** What Postgres says of a device, and how it may send. */
export type PacedDevice = Readonly<{ device: Device; policy: PacingPolicy }>;

/** One device while this worker owns it. */
export type DeviceContext = Readonly<{
  claim: Claim;
  device: Device;
  pacer: DevicePacer;
}>;
