import {
  type DeviceId,
  phoneOfJid,
  type PhoneNumber,
  type SequenceContactId,
} from '@dripfleet/domain';
import type { DeliveryContents } from '@dripfleet/store';
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
  const phones = new Map<SequenceContactId, PhoneNumber>();
  const crashIn = (contents: DeliveryContents, phone: PhoneNumber | undefined) => {
    crash.pass('in_load', phone);
    return crash.isAt('in_render')
      ? crashingInRender(contents, () => crash.pass('in_render', phone))
      : contents;
  };
  return {
    ...store,
    load: async (id) => {
      loads += 1;
      // Something goes wrong with a job in hand, so that recovery has one to clear.
      if (loads === 1 && crash.isAt('in_recovery_clear')) throw new Error('the first load fails');
      const loaded = await store.load(id);
      if (loaded === undefined) return undefined;
      const { phone, contents } = loaded;
      phones.set(id, phone);
      return { ...loaded, contents: contents && crashIn(contents, phone) };
    },
    isolate: async (row) => {
      const contents = await store.isolate(row);
      return contents && crashIn(contents, phones.get(row.sequenceContactId));
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
function crashingInRender(contents: DeliveryContents, crash: () => void): DeliveryContents {
  return Object.defineProperty({ ...contents }, 'attributes', {
    get: () => {
      crash();
      return contents.attributes;
    },
  });
}
