// Mirrors packages/store/sql/update-device.sql.
import { objectOf, sameJson } from '../json-values.ts';
import type { JsonObject } from '../json-values.ts';
import { locked } from '../locking.ts';
import { parameters } from '../parameters.ts';
import { devicesOf } from '../picking.ts';
import type { DeviceRow } from '../rows.ts';
import type { Statement } from '../statement-context.ts';

export const updateDevice: Statement = (tx, values) => {
  const $ = parameters(values);
  const rows = devicesOf(tx, [$.number(1)]);
  const given = { caps: $.json(5), gap: $.json(6) };
  return locked(tx, { table: 'devices', mode: 'no key update', rows }).map((device) => {
    const pacing = nextPacing(device, { given, clear: $.texts(7) });
    const isSame = sameJson(pacing, device.pacing);
    const changed = tx.update('devices', device, {
      phone: $.textOrNull(2) ?? device.phone,
      labels: without({ ...device.labels, ...objectOf($.json(3)) }, $.texts(4)),
      pacing,
      pacing_version: device.pacing_version + (isSame ? 0 : 1),
    });
    return { id: changed.id, pacing: changed.pacing, pacing_version: changed.pacing_version };
  });
};

function nextPacing(
  device: DeviceRow,
  { given, clear }: { given: JsonObject; clear: readonly string[] },
): DeviceRow['pacing'] {
  const set = Object.entries(given).filter(([, value]) => value !== null);
  const next = { ...without(device.pacing ?? {}, clear), ...Object.fromEntries(set) };
  return Object.keys(next).length === 0 ? null : next;
}

function without(json: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([key]) => !keys.includes(key)));
}
