import { readFileSync } from 'node:fs';

/** What the network saw of some devices. */
export type DeviceTally = Readonly<{
  /** Messages that it accepted. */
  sends: number;
  /** Those of them with an id that it had before. */
  repeats: number;
  /** Those before the crash. */
  sentByThen: number;
}>;

/** Nobody takes over within this time after a death, and a line is in the ledger long before, ms. */
const settling = 1_000;

type Line = Readonly<{
  t: number;
  event: string;
  outcome?: string;
  device?: string;
  to?: string;
  id?: string;
}>;

export function readTallies(ledger: string): {
  /** `crashedAt`: epoch ms. */
  of(phones: readonly string[], crashedAt: number): DeviceTally;
} {
  const accepted = readFileSync(ledger, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line)
    .filter(({ event, outcome }) => event === 'message' && outcome === 'accepted');
  return {
    of: (phones, crashedAt) => {
      const mine = accepted.filter(({ device = '' }) => phones.includes(device));
      const ids = new Set(mine.map(({ to, id }) => `${to} ${id}`));
      const sentByThen = mine.filter(({ t }) => t <= crashedAt + settling).length;
      return { sends: mine.length, repeats: mine.length - ids.size, sentByThen };
    },
  };
}
