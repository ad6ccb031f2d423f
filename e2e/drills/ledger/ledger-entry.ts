/** One line of the network's ledger, as far as drills look at it. `t` is epoch ms, `device` a phone number. */
export type LedgerEntry = Readonly<{
  t: number;
  event: string;
  device?: string;
  /** Connections, counted over all devices. */
  conn?: number;
  id?: string;
  outcome?: string;
}>;

/** Both ends included, epoch ms. */
export type Span = Readonly<{ from: number; to?: number }>;

export function isWithin({ t }: LedgerEntry, { from, to = Infinity }: Span): boolean {
  return t >= from && t <= to;
}
