import type { DeviceId, DurationMs, Engine, Epoch, WorkerId } from '@dripfleet/domain';
import type { Claimed, ClaimRequest, OwnedDevice, Release } from '@dripfleet/store';
import type { DeviceLocks } from './device-locks.ts';
import type { Heartbeat } from './heartbeat.ts';

/** The exclusive right to one device, under which every decision for it is made. */
export type Claim = Readonly<{
  deviceId: DeviceId;
  worker: WorkerId;
  epoch: Epoch;
  /** The heartbeat's generation that it was made in; the gate compares it. */
  generation: number;
  previousOwner: WorkerId | undefined;
}>;

/** The statements of Postgres that decide on ownership. */
export type ClaimStore = Readonly<{
  claimDevices(worker: WorkerId, request: ClaimRequest): Promise<readonly Claimed[]>;
  releaseDevices(worker: WorkerId, releases: readonly Release[]): Promise<readonly DeviceId[]>;
  findOwnedDevices(worker: WorkerId): Promise<readonly OwnedDevice[]>;
}>;

export type ClaimsDeps = Readonly<{
  worker: WorkerId;
  store: ClaimStore;
  locks: Pick<DeviceLocks, 'take' | 'renew' | 'release'>;
  heartbeat: Heartbeat;
  stealAfter: DurationMs;
  engine: Engine;
}>;

/**
 * Claims and gives up devices for one worker: the Redis lock first, as a filter, then Postgres, which decides.
 * No claim without Redis; but no release because of it.
 */
export class Claims {
  readonly #deps: ClaimsDeps;

  constructor(deps: ClaimsDeps) {
    this.#deps = deps;
  }

  /**
   * Those of `devices` that this worker owns from now on, each under a new epoch. Throws when Redis or Postgres does
   * not answer; what Postgres granted meanwhile shows up in `findOwned` and is claimed again.
   */
  async claim(devices: readonly DeviceId[]): Promise<readonly Claim[]> {
    const { worker, store, locks, heartbeat, stealAfter, engine } = this.#deps;
    const { generation } = heartbeat;
    if (devices.length === 0 || !heartbeat.isTrusted(generation)) return [];
    const locked = await locks.take(devices);
    if (locked.length === 0) return [];
    const granted = await store.claimDevices(worker, {
      devices: locked,
      steal: stealAfter,
      maySteal: heartbeat.maySteal,
      engine,
    });
    const mine = new Set(granted.map((claimed) => claimed.deviceId));
    await locks.release(locked.filter((device) => !mine.has(device)));
    return granted.map((claimed) => ({ ...claimed, worker, generation }));
  }

  /**
   * Gives claims up in Postgres, then their locks. What another worker owns by now is left alone. A device with a
   * successor is kept for it for half a minute.
   */
  async release(releases: readonly Release[]): Promise<void> {
    const { worker, store, locks } = this.#deps;
    const released = await store.releaseDevices(worker, releases);
    // Without Redis the locks run out by themselves.
    await locks.release(released).catch(() => {});
  }

  /** What this worker owns by Postgres. */
  findOwned(): Promise<readonly OwnedDevice[]> {
    return this.#deps.store.findOwnedDevices(this.#deps.worker);
  }

  /** Keeps the locks of these devices. True when Redis answered; it never tells who owns a device. */
  async renewLocks(devices: readonly DeviceId[]): Promise<boolean> {
    try {
      await this.#deps.locks.renew(devices);
      return true;
    } catch {
      return false;
    }
  }
}
