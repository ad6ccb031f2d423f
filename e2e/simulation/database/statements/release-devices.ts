// Mirrors packages/store/sql/release-devices.sql.
import { locked } from '../locking.ts';
import { parameters } from '../parameters.ts';
import { devicesOf } from '../picking.ts';
import type { DeviceRow } from '../rows.ts';
import type { Statement } from '../statement-context.ts';

export const releaseDevices: Statement = (tx, values) => {
  const $ = parameters(values);
  const [worker, keptMs] = [$.text(1), $.numberOrNull(5)];
  const [epochs, successors] = [$.numbers(3), $.textsOrNull(4)];
  const given = new Map(
    $.numbers(2).map((id, index) => [
      id,
      { epoch: epochs[index], successor: successors[index] ?? null },
    ]),
  );

  const held = locked(tx, {
    table: 'devices',
    mode: 'no key update',
    rows: devicesOf(tx, [...given.keys()]).filter(
      (device) =>
        device.owner_worker_id === worker && device.owner_epoch === given.get(device.id)?.epoch,
    ),
  });
  return held.map((device) => {
    const isDraining = device.desired_state === 'draining';
    const successor = given.get(device.id)?.successor ?? null;
    const isKept = !isDraining && successor !== null && keptMs !== null;
    const released = tx.update('devices', device, {
      owner_worker_id: null,
      owner_claimed_at: null,
      ...closedSession(device, tx.now),
      desired_state: isDraining ? 'drained' : device.desired_state,
      reserved_for: isDraining ? null : successor,
      reserved_until: isKept ? tx.now + keptMs : null,
    });
    return { id: released.id, desired_state: released.desired_state };
  });
};

function closedSession(device: DeviceRow, now: number): Partial<DeviceRow> {
  if (['connecting', 'open', 'unreachable'].includes(device.session_state)) {
    return { session_state: 'closed', state_since: now };
  }
  return device.session_state === 'pairing' ? { session_state: 'unpaired', state_since: now } : {};
}
