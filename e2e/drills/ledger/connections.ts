import { isWithin, type LedgerEntry, type Span } from './ledger-entry.ts';

/** The devices that are connected at the end of the ledger, each with the number of its connection. */
export function findConnected(ledger: readonly LedgerEntry[]): ReadonlyMap<string, number> {
  const connected = new Map<string, number>();
  for (const { event, device = '', conn = 0 } of ledger) {
    if (event === 'connect') connected.set(device, conn);
    // The network may notice the end of an older one late.
    if (event === 'disconnect' && connected.get(device) === conn) connected.delete(device);
  }
  return connected;
}

/** Connections that came, went or were replaced within a span. */
export function countMoves(ledger: readonly LedgerEntry[], span: Span): number {
  return ledger.filter((entry) => isMove(entry) && isWithin(entry, span)).length;
}

/** When the last connection came or went; -Infinity when there was none. */
export function findLastMove(ledger: readonly LedgerEntry[]): number {
  return ledger.findLast(isMove)?.t ?? -Infinity;
}

/** How long after `from` each of `devices` connected for the first time, ms, the quickest first; without those that did not. */
export function timesToConnect(
  ledger: readonly LedgerEntry[],
  devices: ReadonlySet<string>,
  { from }: Pick<Span, 'from'>,
): readonly number[] {
  const first = new Map<string, number>();
  for (const { t, event, device = '' } of ledger) {
    if (event !== 'connect' || t < from || !devices.has(device) || first.has(device)) continue;
    first.set(device, t - from);
  }
  return [...first.values()].toSorted((a, b) => a - b);
}

/**
 * How long each of `devices` had no connection, from the first end after `from` to the next connect, ms, the shortest
 * first. One that never came back counts as Infinity; one whose connection never ended not at all.
 */
export function gapsOf(
  ledger: readonly LedgerEntry[],
  devices: ReadonlySet<string>,
  { from }: Pick<Span, 'from'>,
): readonly number[] {
  const ended = new Map<string, number>();
  const gaps = new Map<string, number>();
  for (const { t, event, device = '' } of ledger) {
    if (t < from || !devices.has(device) || gaps.has(device)) continue;
    const end = ended.get(device);
    if (event === 'disconnect' && end === undefined) ended.set(device, t);
    if (event === 'connect' && end !== undefined) gaps.set(device, t - end);
  }
  return [...ended.keys()].map((device) => gaps.get(device) ?? Infinity).toSorted((a, b) => a - b);
}

function isMove({ event }: LedgerEntry): boolean {
  return event === 'connect' || event === 'disconnect' || event === 'conflict';
}
