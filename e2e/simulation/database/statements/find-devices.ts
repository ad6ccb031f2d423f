// Mirrors packages/store/sql/find-devices.sql.
import { parameters } from '../parameters.ts';
import { devicesOf } from '../picking.ts';
import { deviceIsPairing, deviceMaySend, finalStates } from '../rules.ts';
import type { Statement } from '../statement-context.ts';

export const findDevices: Statement = (tx, values) => {
  const $ = parameters(values);
  return devicesOf(tx, $.numbers(1)).map((device) => {
    const maySend = deviceMaySend(device, tx.now);
    return {
      id: device.id,
      name: device.name,
      phone: device.phone,
      owner_worker_id: device.owner_worker_id,
      owner_epoch: device.owner_epoch,
      desired_state: device.desired_state,
      may_send: maySend,
      is_pairing: deviceIsPairing(tx, device.id),
      may_connect:
        !finalStates.has(device.session_state) &&
        (device.session_state !== 'restricted' || maySend),
      pacing: device.pacing,
      pacing_version: device.pacing_version,
    };
  });
};
