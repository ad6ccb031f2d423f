const numbers = new Intl.NumberFormat('en');

/** `1,204`. */
export const formatCount = (count: number): string => numbers.format(count);

/** `1 device`, `12 devices`. */
export const plural = (count: number, noun: string): string =>
  `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** About how long, in its two largest units, as the command line says it: `2h 5m`, `12s`. */
export function roughly(ms: number): string {
  const parts: string[] = [];
  let rest = Math.round(Math.max(0, ms) / 1_000) * 1_000;
  const first = units.findIndex(([, size]) => rest >= size);
  if (first < 0) return '0s';
  for (const [unit, size] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.join(' ');
}

/** `3m ago` or `in 3m`, as seen at `now`; both epoch ms. */
export function fromNow(at: number, now: number): string {
  return at <= now ? `${roughly(now - at)} ago` : `in ${roughly(at - now)}`;
}

/** In the reader's own zone and language. */
export const formatInstant = (at: number): string => new Date(at).toLocaleString();

/** `timeout 7, nack 5`. */
export function formatClasses(classes: readonly (readonly [string, number])[]): string {
  return classes.map(([name, count]) => `${name} ${formatCount(count)}`).join(', ');
}

/** The first few, and how many more. */
export function formatNames(names: readonly string[], most: number): string {
  if (names.length <= most) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${formatCount(names.length - most)} more`;
}
