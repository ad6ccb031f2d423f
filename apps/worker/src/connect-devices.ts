import {
  type Clock,
  durationMs,
  effectivePacing,
  type PacingPolicy,
  parsePacing,
  type WorkerId,
} from '@dripfleet/domain';
import type { Heartbeat, openRedis } from '@dripfleet/fleet';
import { DeviceQueueConsumer, nudge } from '@dripfleet/queue';
import type { Database, Device } from '@dripfleet/store';
import Bottleneck from 'bottleneck';
import { Definitions } from './definitions.ts';
import type { PacedDevice, WorkerDeps } from './device-context.ts';
import type { Observe } from './events.ts';
import { Inbound } from './inbound.ts';
import type { Network } from './open-network.ts';
import { Receipts } from './receipts.ts';
import type { WorkerConfig } from './worker-config.ts';
import { workerStore } from './worker-store.ts';

/** At most 10 new sessions a second per process: more looks like an attack to the network. */
const connectSpacing = 100;

export type ConnectOptions = Readonly<{
  config: WorkerConfig;
  clock: Clock;
  db: Database;
  redis: ReturnType<typeof openRedis>;
  worker: WorkerId;
  secret: Uint8Array;
  network: Network;
  heartbeat: Pick<Heartbeat, 'isTrusted'>;
  observe: Observe;
  /** Aborts when facts can't be stored any more because the process ends. */
  giveUp: AbortSignal;
}>;

/** What every device worker of this process is given: the store, the queues, the way to the network. */
export function connectDevices(options: ConnectOptions): WorkerDeps {
  const { config, clock, db, redis, worker, secret, network, heartbeat, observe, giveUp } = options;
  const store = workerStore(db, { worker, clock, giveUp });
  const definitions = new Definitions(store);
  const inFlight: WorkerDeps['inFlight'] = new Set();
  const queues = new DeviceQueueConsumer(redis);
  const connects = new Bottleneck({ maxConcurrent: null, minTime: connectSpacing });
  const defaults: PacingPolicy = {
    caps: [{ max: config.MAX_MESSAGES_PER_HOUR, window: durationMs(3_600_000) }],
    gap: { min: config.MIN_GAP, max: config.MAX_GAP },
  };
  return {
    clock,
    store,
    definitions,
    inFlight,
    receipts: new Receipts({ store, definitions, observe, inFlight }),
    ...network,
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
    connectTurn: () => connects.schedule(() => Promise.resolve()),
    openQueue: (claim) => queues.open(claim.deviceId, `${claim.worker}:${claim.epoch}`),
    // Lost when Redis is away; the scheduler's interval finds the rows.
    nudge: (claim) => void nudge(redis, [claim.deviceId]).catch(() => {}),
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
