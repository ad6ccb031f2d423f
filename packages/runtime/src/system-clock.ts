import { setTimeout } from 'node:timers/promises';
import { type Clock, epochMs } from '@dripfleet/domain';

/** The machine's clocks. The only place of the engine that reads them. */
export const systemClock: Clock = {
  now: () => epochMs(Date.now()),
  monotonic: () => performance.now(),
  sleep: async (duration, signal) => {
    try {
      await setTimeout(duration, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  },
};
