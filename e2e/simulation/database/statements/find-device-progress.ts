// Mirrors packages/store/sql/find-device-progress.sql.
import { byName } from '../operator-notes.ts';
import { parameters } from '../parameters.ts';
import { devicesOf } from '../picking.ts';
import type { Statement } from '../statement-context.ts';

export const findDeviceProgress: Statement = (tx, values) => {
  const $ = parameters(values);
  const progress = devicesOf(tx, $.numbers(1)).map((d) => {
    const hand = tx.where('sequence_contacts', 'device_id', d.id);
    const count = (state: string) => hand.filter((s) => s.dispatch_state === state).length;
    const owner = d.owner_worker_id;
    const heartbeat = owner === null ? undefined : tx.get('workers', owner)?.last_heartbeat_at;
    return {
      id: d.id,
      name: d.name,
      desired_state: d.desired_state,
      queued: count('queued'),
      sending: count('sending'),
      owner_live: heartbeat !== undefined && heartbeat > tx.now - $.number(2),
    };
  });
  return byName(progress);
};
