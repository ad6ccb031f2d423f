// Mirrors packages/store/sql/find-quiet-devices.sql.
import { parameters } from '../parameters.ts';
import { deviceMaySend, least } from '../rules.ts';
import type { Statement } from '../statement-context.ts';

export const findQuietDevices: Statement = (tx, values) => {
  const $ = parameters(values);
  const [worker, age] = [$.text(1), $.number(2)];
  return tx
    .where('devices', 'owner_worker_id', worker)
    .filter((device) => deviceMaySend(device, tx.now))
    .flatMap((device) => {
      const queued = tx
        .where('sequence_contacts', 'device_id', device.id)
        .filter(
          (run) =>
            run.assigned_worker_id === worker &&
            run.status === 'active' &&
            run.dispatch_state === 'queued',
        );
      const oldest = queued.map((run) => run.worker_assigned_at).reduce(least, null);
      if (oldest === null || oldest > tx.now - age) return [];
      return { device_id: device.id, queued: queued.length, oldest_age_ms: tx.now - oldest };
    });
};
