import type { Random } from '../random.ts';
import { hour, range, stepKeys, type WorldRow, worldStart } from './world-facts.ts';

/** A sequence with its editions. */
export function makeSequence(random: Random, id: number, versions: number): readonly WorldRow[] {
  const status = random.weighted([
    [7, 'active'],
    [2, 'paused'],
    [1, 'archived'],
  ] as const);
  const edition = (version: number): WorldRow => ({
    table: 'sequence_versions',
    row: {
      sequence_id: id,
      version,
      definition: {
        onUncertain: 'resend',
        onFailedStep: 'skip',
        ...(random.chance(80) && { onReply: random.pick(['exit', 'continue']) }),
        reenroll: { kind: random.pick(['never', 'after_exit']) },
        steps: stepKeys.slice(0, 2 + random.int(2)).map((key) => ({ key, delay: 0, text: key })),
      },
      published_at: worldStart - hour,
    },
  });
  return [
    { table: 'sequences', row: { name: `sequence-${id}`, status, current_version: versions } },
    ...range(versions).map(edition),
  ];
}
