import type { Random } from '../random.ts';
import { range, type WorldRow, worldStart } from './world-facts.ts';

type Size = Readonly<{ devices: number; contacts: number }>;

export function makeInbound(random: Random, { devices, contacts }: Size): readonly WorldRow[] {
  return range(random.int(3)).map((n) => ({
    table: 'inbound_messages',
    row: {
      device_id: 1 + random.int(devices),
      message_id: `heard-${n}`,
      contact_id: random.pick([null, 1 + random.int(contacts)]),
      kind: random.pick(['reply', 'opt_out'] as const),
      heard_at: worldStart - n,
    },
  }));
}
