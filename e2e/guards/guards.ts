import type { Guard } from './guard.ts';
import { accessGuards } from './list/access.ts';
import { beginGuards } from './list/begin.ts';
import { claimGuards } from './list/claim.ts';
import { domainGuards } from './list/domain.ts';
import { finishGuards } from './list/finish.ts';
import { heartbeatGuards } from './list/heartbeat-gate.ts';
import { otherSqlGuards } from './list/other-sql.ts';
import { redisGuards } from './list/redis.ts';
import { pruneGuards } from './list/prune.ts';
import { rolloutGuards } from './list/rollout.ts';
import { selectGuards } from './list/select.ts';
import { transportGuards } from './list/transport.ts';
import { deviceGuards } from './list/worker-devices.ts';
import { messageGuards } from './list/worker-message.ts';

/** Areas of the protocol, in the order of a message's way. */
export const guardAreas: readonly Readonly<{ title: string; guards: readonly Guard[] }>[] = [
  { title: 'Who owns a device', guards: claimGuards },
  { title: 'Locks and queues in Redis', guards: redisGuards },
  { title: 'Heartbeat and vetoes', guards: heartbeatGuards },
  { title: 'Selecting and repairing', guards: selectGuards },
  { title: 'Begin', guards: beginGuards },
  { title: 'Finish, refusals, receipts', guards: finishGuards },
  { title: 'Confirmations, sessions, credentials, opt-outs', guards: otherSqlGuards },
  { title: 'Decisions without IO', guards: domainGuards },
  { title: 'A message in the worker', guards: messageGuards },
  { title: 'Devices in the worker', guards: deviceGuards },
  { title: 'The way to WhatsApp', guards: transportGuards },
  { title: 'Two engines', guards: rolloutGuards },
  { title: 'Prune', guards: pruneGuards },
  { title: 'Keys and logins', guards: accessGuards },
];

/** Every guard of the protocol. */
export const guards: readonly Guard[] = guardAreas.flatMap((area) => area.guards);
