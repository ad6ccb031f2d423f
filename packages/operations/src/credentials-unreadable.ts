import type { DeviceSession } from '@dripfleet/store';

/**
 * Whether a device does not connect because what is stored of its session can't be read. Nothing else than the reason
 * that its worker gave tells it from a device that was never linked.
 */
export function credentialsUnreadable({
  reason,
}: Readonly<Pick<DeviceSession, 'reason'>>): boolean {
  return reason?.startsWith('its stored credentials cannot be read') ?? false;
}
