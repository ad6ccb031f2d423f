import type { Operator } from './lab/operator.ts';
import { pause } from './lab/wait.ts';

/** The part of `dripfleet stats -o json` that tells whether anything is left to do. */
type Stats = Readonly<{
  sequence_contacts: Readonly<{ by_status: Readonly<Record<string, number>>; held: number }>;
}>;

/** Resolves when no contact is midway any more, or after `most` ms, with how many still are. */
export async function untilConcluded(
  operator: Operator,
  { most, signal, onLeft }: Waiting,
): Promise<number> {
  const until = performance.now() + most;
  for (;;) {
    signal.throwIfAborted();
    const left = await countActive(operator);
    if (left === 0 || performance.now() > until) return left ?? -1;
    if (left !== undefined) onLeft(left);
    await pause(2_000, signal);
  }
}

type Waiting = Readonly<{ most: number; signal: AbortSignal; onLeft: (left: number) => void }>;

async function countActive(operator: Operator): Promise<number | undefined> {
  const stdout = await operator.asks('stats', '-o', 'json');
  if (stdout === undefined) return undefined;
  const stats = JSON.parse(stdout) as Stats;
  return stats.sequence_contacts.by_status['active'] ?? 0;
}
