/** Facts about the fleet at one instant, from Postgres. */
export type FleetLoad = Readonly<{
  /** Devices that should be owned by somebody now. */
  wanted: number;
  /** Workers with a live heartbeat that are not draining, the asking one included. */
  liveWorkers: number;
  /** The most device workers that the asking worker may run. */
  capacity: number;
}>;

/**
 * How many devices a worker should own: an equal share, rounded up, within its capacity. Rounded up, because a
 * device nobody claims waits for ever and one too many on a worker costs nothing.
 */
export function claimTarget({ wanted, liveWorkers, capacity }: FleetLoad): number {
  return Math.min(capacity, Math.ceil(wanted / Math.max(1, liveWorkers)));
}

/** What a worker has of the fleet's devices. */
export type OwnLoad = FleetLoad &
  Readonly<{
    /** Devices that it owns, wanted or not. */
    owned: number;
    /** Those of them that are wanted. */
    ownedWanted: number;
  }>;

/** How many more wanted devices a worker may claim now: up to its share, as long as there is a place. Never negative. */
export function claimRoom(load: OwnLoad): number {
  return Math.max(0, Math.min(claimTarget(load) - load.ownedWanted, load.capacity - load.owned));
}

export type DeviceLoad<Id> = Readonly<{ id: Id; contacts: number }>;

/** The device with the fewest contacts; the first of equals, so that the answer depends on the order given alone. */
export function leastLoaded<Id>(devices: Iterable<DeviceLoad<Id>>): Id | undefined {
  let best: DeviceLoad<Id> | undefined;
  for (const device of devices) if (!best || device.contacts < best.contacts) best = device;
  return best?.id;
}
