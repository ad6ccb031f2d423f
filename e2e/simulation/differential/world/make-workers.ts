import type { Random } from '../random.ts';
import { hour, second, workers, type WorldRow, worldStart } from './world-facts.ts';

export function makeWorkers(random: Random): readonly WorldRow[] {
  return workers.slice(0, 2).map((id) => ({
    table: 'workers',
    row: {
      id,
      host: 'host',
      build: random.pick(['a', 'b']),
      capacity: 10,
      started_at: worldStart - 2 * hour,
      last_heartbeat_at:
        worldStart -
        random.weighted([
          [6, 0],
          [1, 24 * second],
          [3, hour],
          [1, 30 * hour],
        ] as const),
      redis_ok: random.chance(80),
      draining: random.chance(10),
      wanted_devices: random.pick([null, 0, 1, 3]),
    },
  }));
}
