import {
  chooseSuccessors,
  claimTarget,
  type Clock,
  type DeviceId,
  type DurationMs,
  mayShed,
  type OwnLoad,
} from '@dripfleet/domain';
import type { Peer } from '@dripfleet/store';
import type { WorkerDeps } from './device-context.ts';
import type { Leave } from './device-releases.ts';
import type { DeviceWorker } from './device-worker.ts';

export type HandOffDeps = Readonly<{
  clock: Pick<Clock, 'monotonic'>;
  store: Pick<WorkerDeps['store'], 'findIdle'>;
  findPeers(): Promise<readonly Peer[]>;
  own: Readonly<{ build: string; startedAt: number; capacity: number }>;
  horizon: DurationMs;
}>;

/** One device so often: a fleet that is out of balance sends all the same, and each move is a reconnect. */
const shedInterval = 2_000;

/** Decides which devices go to which other worker. Who has room is read from Postgres each time. */
export class HandOff {
  readonly #deps: HandOffDeps;
  #shedAt = -Infinity;

  constructor(deps: HandOffDeps) {
    this.#deps = deps;
  }

  /** The device worker to give up now because this worker has more than its share and another has less. */
  async findShed(load: OwnLoad, workers: readonly DeviceWorker[]): Promise<Leave | undefined> {
    const now = this.#deps.clock.monotonic();
    if (!mayShed(load) || now - this.#shedAt < shedInterval) return undefined;
    const victim = await this.#findVictim(workers);
    if (!victim) return undefined;
    const peers = await this.#findTakers();
    const [successor] = chooseSuccessors(1, {
      peers,
      share: claimTarget(load),
      own: this.#deps.own,
    });
    if (successor === undefined) return undefined;
    this.#shedAt = now;
    return { worker: victim, successor };
  }

  /** Everything goes: to whoever has the fewest each time, and to whoever comes where nobody has a place. */
  async planAll(
    workers: readonly DeviceWorker[],
  ): Promise<{ leaves: readonly Leave[]; takers: number }> {
    const peers = await this.#findTakers();
    const successors = chooseSuccessors(workers.length, { peers, share: Infinity });
    const leaves = workers.map((worker, index) => ({ worker, successor: successors[index] }));
    return { leaves, takers: new Set(successors.filter((successor) => successor)).size };
  }

  /** Without Redis nobody can claim. */
  async #findTakers(): Promise<readonly Peer[]> {
    return (await this.#deps.findPeers()).filter(({ redisOk }) => redisOk);
  }

  /** One that is wanted, for the others count for nobody's share: the longest idle, else one that waits for its pace. */
  async #findVictim(workers: readonly DeviceWorker[]): Promise<DeviceWorker | undefined> {
    const calm = workers
      .filter(({ activity }) => rank(activity.kind) < ranks.length)
      .toSorted(
        (a, b) =>
          rank(a.activity.kind) - rank(b.activity.kind) || a.activity.since - b.activity.since,
      );
    const ids = calm.map(deviceOf);
    const unwanted = new Set(await this.#deps.store.findIdle(ids, this.#deps.horizon));
    return calm.find((worker) => !unwanted.has(deviceOf(worker)));
  }
}

/** What a device may be doing when it is moved: nothing that another would have to do again. */
const ranks = ['idle', 'paused', 'paced', 'sending', 'fetching'];

function rank(kind: string): number {
  const at = ranks.indexOf(kind);
  return at < 0 ? ranks.length : at;
}

function deviceOf(worker: DeviceWorker): DeviceId {
  return worker.context.claim.deviceId;
}
