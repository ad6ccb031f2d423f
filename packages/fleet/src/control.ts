import type { DeviceId } from '@dripfleet/domain';
import type { Redis } from 'ioredis';
import { controlChannel } from './channels.ts';

/** Tells the workers that these devices were changed; they read the change from Postgres. */
export async function announceChange(redis: Redis, devices: readonly DeviceId[]): Promise<void> {
  if (devices.length > 0) await redis.publish(controlChannel, JSON.stringify(devices));
}
