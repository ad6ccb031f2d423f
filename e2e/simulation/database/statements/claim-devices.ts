// Mirrors packages/store/sql/claim-devices.sql.
import { lockedOrSkipped } from '../locking.ts';
import { parameters } from '../parameters.ts';
import type { DeviceRow } from '../rows.ts';
import { devicesOf } from '../picking.ts';
import { deviceIsPairing, deviceMaySend } from '../rules.ts';
import type { Statement, StatementContext } from '../statement-context.ts';

export const claimDevices: Statement = (tx, values) => {
  const $ = parameters(values);
  const [worker, steal, maySteal, engine] = [$.text(1), $.number(3), $.boolean(4), $.text(5)];
  const isFree = (device: DeviceRow) =>
    (device.engine === engine || device.owner_worker_id === worker) &&
    (deviceMaySend(device, tx.now) ||
      device.owner_worker_id === worker ||
      deviceIsPairing(tx, device.id)) &&
    device.desired_state !== 'drained' &&
    (device.owner_worker_id === null ||
      device.owner_worker_id === worker ||
      (maySteal && !isAlive(tx, device.owner_worker_id, steal))) &&
    (device.reserved_for === null ||
      device.reserved_for === worker ||
      (device.reserved_until !== null && device.reserved_until < tx.now));

  const taken = lockedOrSkipped(tx, {
    table: 'devices',
    mode: 'no key update',
    rows: devicesOf(tx, $.numbers(2)).filter(isFree),
  });
  return taken.map((device) => {
    const claimed = tx.update('devices', device, {
      owner_worker_id: worker,
      owner_epoch: device.owner_epoch + 1,
      owner_claimed_at: tx.now,
      reserved_for: null,
      reserved_until: null,
    });
    return {
      id: claimed.id,
      owner_epoch: claimed.owner_epoch,
      previous_owner: device.owner_worker_id,
    };
  });
};

function isAlive(tx: StatementContext, worker: string, steal: number): boolean {
  const heartbeat = tx.get('workers', worker)?.last_heartbeat_at;
  return heartbeat !== undefined && heartbeat > tx.now - steal;
}
