import { isWithin, type LedgerEntry, type Span } from './ledger-entry.ts';

/** The messages that the network accepted within a span, in their order. */
export function findAccepted(ledger: readonly LedgerEntry[], span: Span): readonly LedgerEntry[] {
  return ledger.filter((entry) => isAccepted(entry) && isWithin(entry, span));
}

/** How long after `from` each device had its first message accepted, ms, the quickest first; without those that had none. */
export function timesToSend(ledger: readonly LedgerEntry[], span: Span): readonly number[] {
  const first = new Map<string, number>();
  for (const { t, device = '' } of findAccepted(ledger, span)) {
    if (!first.has(device)) first.set(device, t - span.from);
  }
  return [...first.values()].toSorted((a, b) => a - b);
}

/** The accepted messages of `devices` that have no answer yet. */
export function countInHand(ledger: readonly LedgerEntry[], devices: ReadonlySet<string>): number {
  const waiting = new Set<string>();
  for (const entry of ledger) {
    const { event, device = '', id = '' } = entry;
    if (!devices.has(device)) continue;
    if (isAccepted(entry)) waiting.add(id);
    if (event === 'ack') waiting.delete(id);
  }
  return waiting.size;
}

/**
 * Sends of `devices` that were cut off within a span: accepted, and the connection ended before the answer. Their sender
 * can't know whether they arrived.
 */
export function countCutOff(
  ledger: readonly LedgerEntry[],
  devices: ReadonlySet<string>,
  span: Span,
): number {
  const waiting = new Map<number, Set<string>>();
  const connections = new Map<string, number>();
  let cutOff = 0;
  for (const entry of ledger) {
    const { event, device = '', conn = 0, id = '' } = entry;
    if (!devices.has(device)) continue;
    if (event === 'connect') connections.set(device, conn);
    if (isAccepted(entry)) waiting.set(conn, (waiting.get(conn) ?? new Set()).add(id));
    if (event === 'ack') waiting.get(connections.get(device) ?? 0)?.delete(id);
    if (event !== 'disconnect') continue;
    if (isWithin(entry, span)) cutOff += waiting.get(conn)?.size ?? 0;
    waiting.delete(conn);
  }
  return cutOff;
}

/** What came over a device's connection after a newer one had taken its place: accepted, or refused by the network. */
export type LateFrames = Readonly<{ accepted: number; refused: number }>;

/** `sleepers`: the connection that each device had when its owner stopped. */
export function countLateFrames(
  ledger: readonly LedgerEntry[],
  sleepers: ReadonlyMap<string, number>,
): LateFrames {
  const taken = new Set<string>();
  const late = { accepted: 0, refused: 0 };
  for (const { event, device = '', conn = 0, outcome } of ledger) {
    const sleeper = sleepers.get(device);
    if (sleeper === undefined) continue;
    if (event === 'connect' && conn > sleeper) taken.add(device);
    if (event !== 'message' || conn !== sleeper || !taken.has(device)) continue;
    if (outcome === 'accepted') late.accepted += 1;
    else late.refused += 1;
  }
  return late;
}

function isAccepted({ event, outcome }: LedgerEntry): boolean {
  return event === 'message' && outcome === 'accepted';
}
