// Mirrors packages/store/sql/lift-time-lock.sql.
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const liftTimeLock: Statement = (tx, values) => {
  const $ = parameters(values);
  const device = tx.get('devices', $.number(1));
  if (device?.restriction !== 'new_contacts') return [];
  tx.update('devices', device, {
    ...(device.session_state === 'restricted' && {
      session_state: device.owner_worker_id === null ? 'closed' : 'open',
      state_reason: null,
      state_since: tx.now,
    }),
    restriction: null,
    restricted_until: null,
  });
  return [];
};
