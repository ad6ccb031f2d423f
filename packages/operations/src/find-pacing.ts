import {
  type DeviceId,
  type DurationMs,
  effectivePacing,
  PacingError,
  type PacingOverride,
  type PacingPolicy,
  parsePacing,
} from '@dripfleet/domain';
import type { Queryable } from '@dripfleet/store';
import { pacingWait } from './pacing-wait.ts';

/** `own` is what the device sets for itself. `unreadable`: what is stored breaks the rules, and it may not send. */
export type DevicePacing =
  | Readonly<{
      kind: 'known';
      own: PacingOverride;
      effective: PacingPolicy;
      /** Until the pace allows the next message, about; 0: now. */
      wait: DurationMs;
    }>
  | Readonly<{ kind: 'unreadable'; problem: string }>;

/** The pacing of a device; `defaults` is the environment's, as far as the caller knows it. */
export async function findPacing(
  db: Queryable,
  { deviceId, pacing }: Readonly<{ deviceId: DeviceId; pacing: unknown }>,
  defaults: PacingPolicy,
): Promise<DevicePacing> {
  try {
    const own = parsePacing(pacing);
    const effective = effectivePacing(defaults, own);
    return { kind: 'known', own, effective, wait: await pacingWait(db, deviceId, effective) };
  } catch (error) {
    if (error instanceof PacingError) return { kind: 'unreadable', problem: error.message };
    throw error;
  }
}
