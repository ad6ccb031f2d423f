import { describeMove, type Move } from './moves.ts';
import { stableText } from './sort-rows.ts';
import type { State } from './side.ts';
import type { World } from './world/world-facts.ts';

/** Where the two sides did not agree. */
export type Difference = (
  | Readonly<{ what: 'outcome'; postgres: unknown; simulated: unknown }>
  | Readonly<{ what: 'state'; postgres: State; simulated: State }>
) &
  // It did not show again when the history was played once more.
  Readonly<{ isFleeting?: boolean }>;

type Story = Readonly<{ world: World; history: readonly Move[]; difference: Difference }>;

/** What somebody needs to find the cause: where it began, what was done, what differed. */
export function describeDifference(seed: number, { world, history, difference }: Story): string {
  return [
    `seed ${seed}: Postgres and the simulated store differ${difference.isFleeting ? ', but not again' : ''}`,
    'from:',
    ...world.map(({ table, row }) => `  ${table} ${stableText(row)}`),
    'after:',
    ...history.map((move) => `  ${describeMove(move)}`),
    ...describeSides(difference),
  ].join('\n');
}

function describeSides(difference: Difference): readonly string[] {
  if (difference.what === 'outcome') {
    return [
      `postgres:  ${stableText(difference.postgres)}`,
      `simulated: ${stableText(difference.simulated)}`,
    ];
  }
  const { postgres, simulated } = difference;
  return Object.keys({ ...postgres, ...simulated }).flatMap((table) => {
    const real = new Set((postgres[table] ?? []).map(stableText));
    const ours = new Set((simulated[table] ?? []).map(stableText));
    return [
      ...[...real].filter((row) => !ours.has(row)).map((row) => `postgres:  ${table} ${row}`),
      ...[...ours].filter((row) => !real.has(row)).map((row) => `simulated: ${table} ${row}`),
    ];
  });
}
