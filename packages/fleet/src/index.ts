export { controlChannel } from './channels.ts';
export { type Claim, Claims, type ClaimsDeps, type ClaimStore } from './claims.ts';
export { announceChange } from './control.ts';
export { DeviceLocks } from './device-locks.ts';
export { Heartbeat, type HeartbeatDeps, type HeartbeatPolicy } from './heartbeat.ts';
export { openRedis, type RedisUse, whenReady } from './open-redis.ts';
export { Subscriptions } from './subscriptions.ts';
