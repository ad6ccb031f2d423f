import type { NetworkEvent } from '../../network/network-log.ts';
import type { RunRecord } from '../run-record.ts';
import type { Violation } from '../violation.ts';

type Heard = Extract<NetworkEvent, { kind: 'heard' }>;

/** A process that ends so soon after it heard a message may not have stored it; Postgres may be away that long. */
const storing = 120_000;
/** A device that is connected for so long has been handed everything that the network kept for it. */
const handingOver = 60_000;

/** A STOP that a process heard and lived to store is kept; so is one that the network hands over again. */
export function judgeOptOuts(record: RunRecord): readonly Violation[] {
  const last = new Map<string, Heard>();
  for (const event of record.log) {
    if (event.kind === 'heard' && event.text === 'STOP') last.set(event.from, event);
  }
  return [...last.values()]
    .filter((heard) => !record.evidence.optOuts.has(heard.from) && !isExcused(heard, record))
    .map(({ at, from }): Violation => ({ rule: 'opt_out_lost', at, detail: from }));
}

function isExcused({ at, by, device }: Heard, record: RunRecord): boolean {
  const { deaths, endedAt, losesLastWords, log } = record;
  const end = Math.min(deaths.get(by) ?? Infinity, endedAt);
  if (end - at >= storing) return false;
  if (losesLastWords || end === endedAt) return true;
  // Kept for the next connection: one that lasted must have brought it again.
  return !log.some(
    (event) =>
      event.kind === 'connect' &&
      event.device === device &&
      event.at > end &&
      endOf(event.connection, record) - event.at >= handingOver,
  );
}

function endOf(connection: number, { log, endedAt }: RunRecord): number {
  const end = log.find((event) => event.kind === 'disconnect' && event.connection === connection);
  return end?.at ?? endedAt;
}
