import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import type { DrillResult } from './drill-result.ts';
import { isReached } from './figure.ts';
import type { Machine } from './machine.ts';

type Saved = Readonly<{ drill: string; date?: string; machine?: Machine }>;

/**
 * Writes the results into `file`, each in the place of an older one of its drill, with the machine and the date that it
 * was measured on: drills need not be measured together.
 */
export function saveResults(
  file: string,
  results: readonly DrillResult[],
  { machine, date }: { machine: Machine; date: string },
): void {
  const saved = new Map(readSaved(file).map((one) => [one.drill, one]));
  for (const result of results) saved.set(result.drill, { ...describe(result), date, machine });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ drills: [...saved.values()] }, undefined, 2)}\n`);
}

function readSaved(file: string): readonly Saved[] {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { drills: readonly Saved[] }).drills;
  } catch {
    return [];
  }
}

/** `value` is null where it never happened: JSON has no word for infinity. */
function describe({ figures, ...result }: DrillResult) {
  return {
    ...result,
    figures: figures.map((figure) => ({
      name: figure.name,
      value: figure.value === Infinity ? null : Math.round(figure.value * 100) / 100,
      unit: figure.unit,
      ...(figure.limit && { limit: figure.limit, reached: isReached(figure) }),
    })),
  };
}
