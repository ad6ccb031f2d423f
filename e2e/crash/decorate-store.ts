import { type DeviceId, phoneOfJid } from '@dripfleet/domain';
import type { LoadedDelivery } from '@dripfleet/store';
import type { WorkerStore } from '@dripfleet/worker';
import type { CrashSwitch } from './crash-switch.ts';
import type { OpenMessages } from './open-messages.ts';

export type StoreDecoration = Readonly<{
  crash: CrashSwitch;
  open: OpenMessages;
  /** The only devices that this worker sees. */
  only: ReadonlySet<DeviceId>;
  /** Whether it is to believe that another worker has fewer. */
  mayShed: () => boolean;
}>;

/** A worker's store that can kill its process on the way to Postgres and back. */
export function decorateStore(store: WorkerStore, decoration: StoreDecoration): WorkerStore {
  const { crash, open, only, mayShed } = decoration;
  let loads = 0;
  return {
    ...store,
    load: async (id) => {
      loads += 1;
      // Something goes wrong with a job in hand, so that recovery has one to clear.
      if (loads === 1 && crash.isAt('in_recovery_clear')) throw new Error('the first load fails');
      const loaded = await store.load(id);
      crash.pass('in_load', loaded?.phone);
      return loaded && crash.isAt('in_render') ? crashingInRender(loaded, crash) : loaded;
    },
    begin: async (row) => {
      const isResend = row.dispatchSeq === 'resend';
      const phone = phoneOfJid(row.toJid);
      crash.pass(isResend ? 'in_recovery_before_begin' : 'before_begin', phone);
      const outcome = await store.begin(row);
      if (outcome.kind === 'begun') {
        crash.pass(isResend ? 'in_recovery_after_begin' : 'after_begin', phone);
      }
      return outcome;
    },
    finish: async (row) => {
      const inRecovery = open.hasRow(row.sequenceContactId);
      crash.pass(inRecovery ? 'in_recovery_before_finish' : 'before_finish');
      const outcome = await store.finish(row);
      open.finished(row.sequenceContactId);
      crash.pass('after_finish');
      return outcome;
    },
    findOpenDeliveries: async (device) => {
      const found = await store.findOpenDeliveries(device);
      open.found(found);
      return found;
    },
    setSessionState: async (claim, report) => {
      await store.setSessionState(claim, report);
      if (report.state === 'open') crash.pass('in_claim_before_caught_up');
    },
    findWanted: async (options) => {
      // All of them: its own may be the last in line.
      const found = await store.findWanted({ ...options, limit: 1_000 });
      const mine = (devices: readonly DeviceId[]) => devices.filter((device) => only.has(device));
      return {
        free: mine(found.free),
        reserved: mine(found.reserved),
        wanted: only.size,
        ownedWanted: mayShed() ? only.size : found.ownedWanted,
        liveWorkers: mayShed() ? 2 : 1,
      };
    },
  };
}

/** Rendering reads what is known of the contact. */
function crashingInRender(loaded: LoadedDelivery, crash: CrashSwitch): LoadedDelivery {
  return Object.defineProperty({ ...loaded }, 'attributes', {
    get: () => {
      crash.pass('in_render', loaded.phone);
      return loaded.attributes;
    },
  });
}
