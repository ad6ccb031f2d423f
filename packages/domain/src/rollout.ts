import type { DeviceId } from './ids.ts';
import { hashFraction } from './jitter.ts';

/** The two ways a device's messages are sent: by the worker system, or one by one as before it. */
export const engines = ['workers', 'direct'] as const;
export type Engine = (typeof engines)[number];

/**
 * Which engine serves a device when the worker system has `percent` of them, 0 to 100.
 *
 * By the device's number alone, so that a share can be raised and lowered without a list: what 10 % gave to the workers,
 * 50 % does not take back.
 */
export function engineOf(device: DeviceId, percent: number): Engine {
  return hashFraction(`rollout:${device}`) * 100 < percent ? 'workers' : 'direct';
}
