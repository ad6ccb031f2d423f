import { type DeviceId, durationMs } from '@dripfleet/domain';
import type { Restriction } from '@dripfleet/store';
import type { SessionEvents } from '@dripfleet/transport';
import type { WorkerDeps } from './device-context.ts';

/** When WhatsApp does not say how long. */
const timeLockMax = durationMs(24 * 3_600_000);

/** 463 speaks of contacts that the account has not written to before; every other refusal of it of the account as a whole. */
export function restrictionOf(code: string): Restriction {
  const reason = `the network refused with ${code}`;
  return code === '463'
    ? { towards: 'new_contacts', reason, duration: timeLockMax }
    : { towards: 'everybody', reason, duration: undefined };
}

type TimeLock = Parameters<SessionEvents['onTimeLock']>[0];

/** Keeps what WhatsApp announces: the account may not write to new contacts, or may again. Never throws. */
export async function keepTimeLock(
  { store, clock, observe }: Pick<WorkerDeps, 'store' | 'clock' | 'observe'>,
  deviceId: DeviceId,
  lock: TimeLock,
): Promise<void> {
  try {
    if (lock.kind === 'lifted') return await store.liftTimeLock(deviceId);
    const { until } = lock;
    const left = until === undefined ? timeLockMax : Math.max(0, until - clock.now());
    await store.restrictDevice(deviceId, {
      towards: 'new_contacts',
      reason: 'WhatsApp keeps the account from writing to new contacts',
      duration: durationMs(left),
    });
  } catch (error) {
    // The next refusal says it again.
    observe({ kind: 'problem', where: 'time-lock', deviceId, error });
  }
}
