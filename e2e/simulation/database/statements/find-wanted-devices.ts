// Mirrors packages/store/sql/find-wanted-devices.sql.
import { parameters } from '../parameters.ts';
import type { DeviceRow } from '../rows.ts';
import { deviceIsPairing, deviceMaySend, deviceWorkSince, least } from '../rules.ts';
import type { Statement, StatementContext } from '../statement-context.ts';

const awayMs = 4 * 3_600_000;
const toldMs = 10_000;

export const findWantedDevices: Statement = (tx, values) => {
  const $ = parameters(values);
  const [worker, steal, horizon] = [$.text(1), $.number(2), $.number(3)];
  const [engine, limit] = [$.text(4), $.number(5)];
  const isGone = ({ owner_worker_id: owner }: DeviceRow): boolean => {
    if (owner === null) return true;
    const heartbeat = tx.get('workers', owner)?.last_heartbeat_at;
    return owner !== worker && (heartbeat === undefined || heartbeat <= tx.now - steal);
  };

  const wanted = tx
    .all('devices')
    .filter((device) => device.engine === engine)
    .filter((device) => isGone(device) || device.owner_worker_id === worker)
    .flatMap((device) => {
      const since = wantedSince(tx, device, horizon);
      return since === null ? [] : [{ device, since }];
    });

  const free = wanted
    .filter(({ device }) => isGone(device))
    .filter(
      ({ device }) =>
        device.reserved_for === null ||
        device.reserved_for === worker ||
        (device.reserved_until !== null && device.reserved_until < tx.now),
    )
    .map(({ device, since }) => ({
      id: device.id,
      since,
      isMine:
        device.reserved_for === worker &&
        device.reserved_until !== null &&
        device.reserved_until >= tx.now,
    }))
    .toSorted((a, b) => Number(b.isMine) - Number(a.isMine) || a.since - b.since || a.id - b.id)
    .slice(0, limit);

  const told = tx
    .all('workers')
    .filter(({ id, last_heartbeat_at: at }) => id !== worker && at > tx.now - steal)
    .map((other) => {
      const owned = tx
        .all('devices')
        .filter((device) => device.engine === engine && device.owner_worker_id === other.id);
      const since = owned.filter(
        ({ owner_claimed_at: at }) => at !== null && at > other.last_heartbeat_at - toldMs,
      );
      return Math.min(owned.length, (other.wanted_devices ?? owned.length) + since.length);
    });

  return [
    {
      wanted: wanted.length + told.reduce((sum, devices) => sum + devices, 0),
      owned_wanted: wanted.filter(({ device }) => device.owner_worker_id === worker).length,
      live_workers: tx
        .all('workers')
        .filter(
          (other) =>
            other.engine === engine &&
            !other.draining &&
            (other.redis_ok || other.id === worker) &&
            other.last_heartbeat_at > tx.now - steal,
        ).length,
      free: free.filter(({ isMine }) => !isMine).map(({ id }) => id),
      reserved: free.filter(({ isMine }) => isMine).map(({ id }) => id),
    },
  ];
};

function wantedSince(tx: StatementContext, device: DeviceRow, horizon: number): number | null {
  const pairing = deviceIsPairing(tx, device.id) ? tx.now : null;
  if (!deviceMaySend(device, tx.now)) return pairing;
  const keepOnline = 'keep-online' in device.labels ? device.created_at : null;
  const isAway =
    device.session_state === 'closed' &&
    device.state_since < tx.now - awayMs &&
    tx
      .where('sequence_contacts', 'device_id', device.id)
      .some((run) => run.status === 'active' && run.dispatch_state === 'idle');
  const away = isAway ? device.state_since + awayMs : null;
  return [deviceWorkSince(tx, device.id, horizon), keepOnline, away].reduce(least, pairing);
}
