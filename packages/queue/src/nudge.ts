import { type DeviceId, deviceId } from '@dripfleet/domain';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { nudgeChannel } from './names.ts';

/** Tells the schedulers that rows of these devices may be due now. Lost when nobody listens; the next interval finds them. */
export async function nudge(redis: Redis, devices: readonly DeviceId[]): Promise<void> {
  if (devices.length > 0) await redis.publish(nudgeChannel, JSON.stringify(devices));
}

const ids = z.array(z.number().int().positive());

/** The devices that a message on the nudge channel, or on the control channel, names; none when it is not ours. */
export function parseDeviceIds(message: string): readonly DeviceId[] {
  try {
    return ids.parse(JSON.parse(message)).map(deviceId);
  } catch {
    return [];
  }
}
