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

/** More than its share by this much, before a worker gives devices away: an equal share is not worth a reconnect. */
const shedTolerance = 0.02;

/** Whether a worker has so many more than its share that it should give one up. */
export function mayShed(load: OwnLoad): boolean {
  return load.ownedWanted > claimTarget(load) * (1 + shedTolerance);
}

/** Another worker, as one that may take devices over. */
export type PeerLoad<Id> = Readonly<{
  worker: Id;
  /** What it has and is about to get. */
  devices: number;
  capacity: number;
  build: string;
  startedAt: number;
}>;

/**
 * Who gets each of `count` devices, one after another: the peer with the fewest, up to `share` each. Undefined where
 * nobody has a place.
 *
 * Of several builds only the one that was started last gets any: the others are about to be replaced, and every device
 * would move twice. `own`: the giver, when it stays.
 */
export function chooseSuccessors<Id>(
  count: number,
  { peers, share, own }: SuccessorOptions<Id>,
): readonly (Id | undefined)[] {
  const newest = newestBuild(own ? [own, ...peers] : peers);
  const loads = peers
    .filter(({ build }) => build === newest)
    .map(({ worker, devices, capacity }) => ({ worker, devices, most: Math.min(share, capacity) }));
  return Array.from({ length: count }, () => {
    let least: (typeof loads)[number] | undefined;
    for (const load of loads) {
      if (load.devices < load.most && (!least || load.devices < least.devices)) least = load;
    }
    if (least) least.devices += 1;
    return least?.worker;
  });
}

export type SuccessorOptions<Id> = Readonly<{
  peers: readonly PeerLoad<Id>[];
  /** Devices that a peer should have at most. */
  share: number;
  own?: Readonly<{ build: string; startedAt: number }>;
}>;

function newestBuild(
  workers: readonly Readonly<{ build: string; startedAt: number }>[],
): string | undefined {
  let newest: (typeof workers)[number] | undefined;
  for (const worker of workers) {
    if (!newest || worker.startedAt > newest.startedAt) newest = worker;
  }
  return newest?.build;
}

export type DeviceLoad<Id> = Readonly<{ id: Id; contacts: number }>;

/** The device with the fewest contacts; the first of equals, so that the answer depends on the order given alone. */
export function leastLoaded<Id>(devices: Iterable<DeviceLoad<Id>>): Id | undefined {
  let best: DeviceLoad<Id> | undefined;
  for (const device of devices) if (!best || device.contacts < best.contacts) best = device;
  return best?.id;
}
