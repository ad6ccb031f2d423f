import type { LedgerEntry } from '../ledger/ledger-entry.ts';

/** A line of a ledger: the time, ms, what happened, the device, the connection, the message. */
export type Line = readonly [
  t: number,
  event: string,
  device: string,
  conn?: number | undefined,
  id?: string,
];

/** `accepted`, `dropped` and `nacked` are messages of that outcome. */
export function ledgerOf(...lines: readonly Line[]): readonly LedgerEntry[] {
  return lines.map(([t, event, device, conn, id]) => ({
    t,
    device,
    ...(conn === undefined ? {} : { conn }),
    ...(id === undefined ? {} : { id }),
    ...(['accepted', 'dropped', 'nacked'].includes(event)
      ? { event: 'message', outcome: event }
      : { event }),
  }));
}
