import { type EpochMs } from '@dripfleet/domain';

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** About how long, in its two largest units: `2h 5m`, `12s`. */
export function roughly(ms: number): string {
  const seconds = Math.round(Math.max(0, ms) / 1_000) * 1_000;
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) return '0s';
  const parts: string[] = [];
  let rest = seconds;
  for (const [unit, size] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.join(' ');
}

/** `3m ago` or `in 3m`, as seen at `now`. */
export function fromNow(at: EpochMs, now: number): string {
  return at <= now ? `${roughly(now - at)} ago` : `in ${roughly(at - now)}`;
}

/** For JSON; null when there is no instant. */
export function iso(at: EpochMs | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
