// Mirrors packages/store/sql/find-owned-devices.sql.
import { parameters } from '../parameters.ts';
import { deviceMaySend } from '../rules.ts';
import type { Statement } from '../statement-context.ts';

export const findOwnedDevices: Statement = (tx, values) => {
  const $ = parameters(values);
  return tx.where('devices', 'owner_worker_id', $.text(1)).map((device) => ({
    id: device.id,
    owner_epoch: device.owner_epoch,
    desired_state: device.desired_state,
    engine: device.engine,
    may_send: deviceMaySend(device, tx.now),
  }));
};
