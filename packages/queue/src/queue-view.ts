import { Queue } from 'bullmq';
import type { DeviceId } from '@dripfleet/domain';
import type { Redis } from 'ioredis';
import { noConnection, sharedBackend } from './backend.ts';
import { queueName } from './names.ts';

/** The queue of a device for a program that looks at queues, over one connection for all of them. Changes nothing by itself. */
export function openQueueView(redis: Redis, device: DeviceId): Queue {
  const queue = new Queue(queueName(device), noConnection, sharedBackend(redis));
  queue.on('error', () => {});
  return queue;
}
