import type { Random } from '../random.ts';
import { second, type WorldRow, worldStart } from './world-facts.ts';

export function makePairing(random: Random, device: number): WorldRow {
  return {
    table: 'pairings',
    row: {
      device_id: device,
      method: 'qr',
      requested_by: 'ana',
      requested_at: worldStart - 10 * second,
      expires_at: worldStart + random.pick([-1, 1]) * 60 * second,
      state: random.pick(['requested', 'waiting', 'paired', 'failed']),
    },
  };
}
