export {
  type ClearedRow,
  type DeviceQueue,
  DeviceQueueConsumer,
  type FetchedJob,
} from './consumer.ts';
export { emptyQueue, findJobIds } from './inspect.ts';
export { type JobPayload, parseJobData } from './job-payload.ts';
export { jobId, nudgeChannel, queueName, wakeChannel } from './names.ts';
export { nudge, parseDeviceIds } from './nudge.ts';
export { DeviceQueueProducer, type EnqueueRow } from './producer.ts';
export { findWaiting } from './scripts.ts';
export { isSentinelSet, redisTakesWrites, setSentinel } from './sentinel.ts';
export { openQueueView } from './queue-view.ts';
