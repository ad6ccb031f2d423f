import { findConnected, findLastMove } from '../ledger/connections.ts';
import type { DrillLab } from './open-drill-lab.ts';
import { until } from './until.ts';

/** So long without a connection that came or went: the workers have their shares. One too many is given up every 2 s. */
const calm = 6_000;

/** Resolves when `devices` are connected and nothing moves any more. Throws when that takes too long: there is nothing to drill. */
export async function untilSettled(
  { ledgerWatch, signal }: DrillLab,
  { devices, most = 120_000 }: { devices: number; most?: number },
): Promise<void> {
  const settled = await until(
    () => {
      const ledger = ledgerWatch.read();
      return findConnected(ledger).size === devices && Date.now() - findLastMove(ledger) >= calm;
    },
    { most, signal, every: 200 },
  );
  const connected = findConnected(ledgerWatch.read()).size;
  if (!settled) throw new Error(`${connected} of ${devices} devices were connected in time`);
}
