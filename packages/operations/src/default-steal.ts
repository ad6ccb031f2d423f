import { durationMs } from '@dripfleet/domain';

/** How old the heartbeat of a live worker may be, where the caller knows no other: the default of STEAL_AFTER. */
export const defaultSteal = durationMs(24_000);
