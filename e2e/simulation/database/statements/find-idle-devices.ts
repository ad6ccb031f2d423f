// Mirrors packages/store/sql/find-idle-devices.sql.
import { parameters } from '../parameters.ts';
import { devicesOf } from '../picking.ts';
import { deviceIsPairing, deviceWorkSince } from '../rules.ts';
import type { Statement } from '../statement-context.ts';

export const findIdleDevices: Statement = (tx, values) => {
  const $ = parameters(values);
  return devicesOf(tx, $.numbers(1))
    .filter(
      (device) =>
        deviceWorkSince(tx, device.id, $.number(2)) === null &&
        !('keep-online' in device.labels) &&
        !deviceIsPairing(tx, device.id),
    )
    .map(({ id }) => ({ id }));
};
