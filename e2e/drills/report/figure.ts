/**
 * Why a figure has a limit. `guarantee`: whatever the machine does, it must hold. `time`: what was promised of a quiet
 * machine. `setup`: the drill was what it claims to be; without it the other figures prove nothing.
 */
export type LimitKind = 'guarantee' | 'time' | 'setup';

export type Limit = Readonly<{ kind: LimitKind; most?: number; least?: number }>;

/** One thing that a drill measured. Infinity: it never happened. */
export type Figure = Readonly<{
  name: string;
  value: number;
  unit: 'count' | 'ms' | 'percent';
  limit?: Limit;
}>;

/** A figure without a limit, for the reader. */
export function measured(name: string, value: number, unit: Figure['unit'] = 'count'): Figure {
  return { name, value, unit };
}

/** What must never happen. */
export function never(name: string, value: number): Figure {
  return { name, value, unit: 'count', limit: { kind: 'guarantee', most: 0 } };
}

/** A duration that was promised, ms. */
export function within(most: number, name: string, value: number): Figure {
  return { name, value, unit: 'ms', limit: { kind: 'time', most } };
}

/** What the drill needs, to prove anything. */
export function needed(least: number, name: string, value: number): Figure {
  return { name, value, unit: 'count', limit: { kind: 'setup', least } };
}

/** What must come out as it was said. */
export function exactly(wanted: number, name: string, value: number): Figure {
  return { name, value, unit: 'count', limit: { kind: 'guarantee', most: wanted, least: wanted } };
}

/** True without a limit. */
export function isReached({ value, limit }: Figure): boolean {
  const { most = Infinity, least = -Infinity } = limit ?? {};
  // Infinity says that it never happened: within no limit, an open one included.
  if (limit !== undefined && value === Infinity) return false;
  return value >= least && value <= most;
}
