import type { DeviceId } from '@dripfleet/domain';
import type { DeviceQueues, WorkerParts } from '@dripfleet/worker';
import type { CrashSwitch } from './crash-switch.ts';
import { decorateTransport } from './decorate-session.ts';
import { decorateStore } from './decorate-store.ts';
import { OpenMessages } from './open-messages.ts';
import type { WriteWatch } from './watch-writes.ts';

export type WorkerDecoration = Readonly<{
  crash: CrashSwitch;
  writes: WriteWatch;
  /** The only devices that this worker sees. */
  only: ReadonlySet<DeviceId>;
  /** Whether it is to believe that another worker has fewer. */
  mayShed: () => boolean;
}>;

/** A worker's parts, each of which can kill its process where it passes a crash point. */
export function decorateWorker(parts: WorkerParts, decoration: WorkerDecoration): WorkerParts {
  const { crash, mayShed } = decoration;
  const { claimStore, locks, network } = parts;
  const open = new OpenMessages();
  return {
    ...parts,
    store: decorateStore(parts.store, { ...decoration, open }),
    claimStore: {
      ...claimStore,
      claimDevices: async (worker, request) => {
        const claimed = await claimStore.claimDevices(worker, request);
        if (claimed.length > 0) crash.pass('in_claim_after_claim');
        return claimed;
      },
      releaseDevices: async (worker, releases) => {
        if (mayShed()) crash.pass('while_shedding');
        crash.pass('in_handoff_after_close');
        const released = await claimStore.releaseDevices(worker, releases);
        crash.pass('in_handoff_after_release');
        return released;
      },
    },
    locks: {
      take: async (devices) => {
        const taken = await locks.take(devices);
        if (taken.length > 0) crash.pass('in_claim_after_lock');
        return taken;
      },
      renew: (devices) => locks.renew(devices),
      release: (devices) => locks.release(devices),
    },
    queues: decorateQueues(parts.queues, crash),
    network: {
      ...network,
      transport: decorateTransport(network.transport, { ...decoration, open }),
    },
  };
}

function decorateQueues(queues: DeviceQueues, crash: CrashSwitch): DeviceQueues {
  return {
    ...queues,
    open: (device, token) => {
      const queue = queues.open(device, token);
      return {
        ...queue,
        complete: async (id) => {
          const completed = await queue.complete(id);
          crash.pass('after_complete');
          return completed;
        },
        completeAndFetch: async (id) => {
          const next = await queue.completeAndFetch(id);
          crash.pass('after_complete');
          return next;
        },
        clear: async () => {
          const cleared = await queue.clear();
          if (cleared.length > 0) crash.pass('in_recovery_clear');
          return cleared;
        },
      };
    },
  };
}
