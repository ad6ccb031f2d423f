import { setTimeout as wait } from 'node:timers/promises';
import type { DurationMs } from '@dripfleet/domain';
import type { Connection } from './connection.ts';

/** Shows the contact for so long that somebody is typing. Rejects when the connection ends. */
export async function showTyping(
  { sock, over }: Connection,
  jid: string,
  time: DurationMs,
): Promise<void> {
  if (time === 0) return;
  await sock.sendPresenceUpdate('composing', jid);
  await wait(time, undefined, { signal: over });
  await sock.sendPresenceUpdate('paused', jid);
}
