// Mirrors packages/store/sql/drain-unowned-device.sql.
import { parameters } from '../parameters.ts';
import type { DeviceRow } from '../rows.ts';
import type { Statement, StatementContext } from '../statement-context.ts';

export const drainUnownedDevice: Statement = (tx, values) => {
  const $ = parameters(values);
  const d = tx.get('devices', $.number(1));
  if (d?.desired_state !== 'draining' || isOwned(tx, d, $.number(2))) return [];
  const hadSession = ['pairing', 'connecting', 'open'].includes(d.session_state);
  tx.update('devices', d, {
    desired_state: 'drained',
    owner_worker_id: null,
    owner_claimed_at: null,
    owner_epoch: d.owner_epoch + 1,
    reserved_for: null,
    reserved_until: null,
    state_since: hadSession ? tx.now : d.state_since,
    session_state: hadSession ? 'closed' : d.session_state,
  });
  return [{ id: d.id }];
};

function isOwned(tx: StatementContext, device: DeviceRow, steal: number): boolean {
  const owner = device.owner_worker_id;
  const heartbeat = owner === null ? undefined : tx.get('workers', owner)?.last_heartbeat_at;
  return heartbeat !== undefined && heartbeat > tx.now - steal;
}
