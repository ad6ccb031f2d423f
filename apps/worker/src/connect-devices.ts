import { durationMs, effectivePacing, type PacingPolicy, parsePacing } from '@dripfleet/domain';
import type { Heartbeat } from '@dripfleet/fleet';
import type { Device } from '@dripfleet/store';
import { ConnectTurns } from './connect-turns.ts';
import { Definitions } from './definitions.ts';
import type { PacedDevice, WorkerDeps } from './device-context.ts';
import type { Observe } from './events.ts';
import { Inbound } from './inbound.ts';
import { Isolation } from './isolation.ts';
import { Receipts } from './receipts.ts';
import type { WorkerConfig } from './worker-config.ts';
import type { WorkerParts } from './worker-parts.ts';

export type ConnectOptions = Readonly<{
  config: WorkerConfig;
  parts: WorkerParts;
  secret: Uint8Array;
  heartbeat: Pick<Heartbeat, 'isTrusted'>;
  observe: Observe;
  /** Aborts when facts can't be stored any more because the process ends. */
  giveUp: AbortSignal;
}>;

/** What every device worker of this process is given: the store, the queues, the way to the network. */
export function connectDevices(options: ConnectOptions): WorkerDeps {
  const { config, parts, secret, heartbeat, observe, giveUp } = options;
  const { clock, db, store, queues } = parts;
  const definitions = new Definitions(store);
  const inFlight: WorkerDeps['inFlight'] = new Set();
  const defaults: PacingPolicy = {
    caps: [{ max: config.MAX_MESSAGES_PER_HOUR, window: durationMs(3_600_000) }],
    gap: { min: config.MIN_GAP, max: config.MAX_GAP },
  };
  return {
    clock,
    store,
    definitions,
    inFlight,
    isolation: new Isolation(),
    receipts: new Receipts({ store, definitions, observe, inFlight }),
    ...parts.network,
    inbound: new Inbound({ config, db, clock, secret, observe, giveUp }),
    findMessage: async (device, messageId) => {
      const stored = await store.findMessage(device, messageId);
      if (!stored) return undefined;
      const { steps } = await definitions.get(stored);
      const { toJid, body } = stored;
      const media = steps.find(({ key }) => key === stored.stepKey)?.media;
      return { messageId, toJid, body, media };
    },
    heartbeat,
    secret,
    observe,
    connectTurns: new ConnectTurns(clock),
    openQueue: (claim) => queues.open(claim.deviceId, `${claim.worker}:${claim.epoch}`),
    nudge: (claim) => queues.nudge(claim.deviceId),
    readPacing: (device) => readPacing(device, defaults, observe),
    sendBudget: config.SEND_BUDGET,
  };
}

/** A device whose pacing can't be read must not send by the defaults, nor keep the others from being started. */
function readPacing(device: Device, defaults: PacingPolicy, observe: Observe): PacedDevice {
  try {
    return { device, policy: effectivePacing(defaults, parsePacing(device.pacing)) };
  } catch (error) {
    observe({ kind: 'problem', where: 'pacing', deviceId: device.deviceId, error });
    return { device: { ...device, maySend: false }, policy: defaults };
  }
}
