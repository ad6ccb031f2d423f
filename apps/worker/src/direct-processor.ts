import type { Clock, DeviceId, DurationMs } from '@dripfleet/domain';
import type { Dispatch, HandFate, QueuedRow } from '@dripfleet/store';
import type { DeviceWorker } from './device-worker.ts';
import type { DirectQueues } from './direct-queues.ts';
import type { Observe } from './events.ts';

export type DirectProcessorDeps = Readonly<{
  clock: Clock;
  queues: DirectQueues;
  workers(): ReadonlyMap<DeviceId, Pick<DeviceWorker, 'activity' | 'wake'>>;
  store: Readonly<{
    takeDueRow(devices: readonly DeviceId[]): Promise<Dispatch | undefined>;
    returnToIdle(rows: readonly QueuedRow[], fate: HandFate): Promise<unknown>;
  }>;
  /** Between two looks at what is due: TRIGGER_INTERVAL. */
  interval: DurationMs;
  observe: Observe;
}>;

/**
 * The way messages were sent before the worker system, and still are while a rollout is under way: timer → query → one
 * message after another. Claims, pacing, begin and finish are those of every worker, so the two can never send the same.
 *
 * One slow answer holds up everything behind it: that is its nature, and why it is to be replaced.
 */
export class DirectProcessor {
  readonly #deps: DirectProcessorDeps;

  constructor(deps: DirectProcessorDeps) {
    this.#deps = deps;
  }

  /** Runs until `signal` aborts. A pass that fails is the next one's business. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, interval, observe } = this.#deps;
    while (!signal.aborted) {
      try {
        await this.pass(signal);
      } catch (error) {
        observe({ kind: 'problem', where: 'direct processor', deviceId: undefined, error });
      }
      await clock.sleep(interval, signal).catch(() => {});
    }
  }

  /** Sends what is due, the most urgent first, until nothing is or no device may send now. */
  async pass(signal: AbortSignal): Promise<void> {
    const { workers, store, queues } = this.#deps;
    while (!signal.aborted) {
      const free = [...workers()].flatMap(([device, { activity }]) =>
        activity.kind === 'idle' ? [device] : [],
      );
      const row = free.length > 0 ? await store.takeDueRow(free) : undefined;
      if (!row) return;
      const worker = workers().get(row.deviceId);
      const handed = worker ? queues.hand(row) : Promise.resolve('left' as const);
      worker?.wake();
      if ((await handed) === 'left') await store.returnToIdle([row], 'survived');
    }
  }
}
