// Mirrors packages/store/sql/select-due.sql.
import { lockedOrSkipped } from '../locking.ts';
import { parameters } from '../parameters.ts';
import { runsOf } from '../picking.ts';
import { deviceMaySend, isInHand } from '../rules.ts';
import type { Statement } from '../statement-context.ts';

export const selectDue: Statement = (tx, values) => {
  const $ = parameters(values);
  const [shards, queueSize, engine] = [new Set($.numbers(1)), $.number(2), $.text(3)];
  const asked = values[3] === null ? undefined : new Set($.numbers(4));

  const room = tx
    .all('devices')
    .filter(({ id }) => shards.has(id % 64) && (asked === undefined || asked.has(id)))
    .filter((device) => device.engine === engine)
    .filter((device) => deviceMaySend(device, tx.now))
    .map((device) => {
      const runs = tx.where('sequence_contacts', 'device_id', device.id);
      return { device, runs, size: queueSize - runs.filter(isInHand).length };
    });

  const candidate = room
    .filter(({ size }) => size > 0)
    .flatMap(({ device, runs, size }) =>
      runs
        .filter((run) => run.status === 'active' && run.dispatch_state === 'idle')
        .filter((run) => run.next_trigger_time <= tx.now)
        .toSorted((a, b) => a.priority - b.priority || a.next_trigger_time - b.next_trigger_time)
        .slice(0, size)
        .map((run) => [run.id, device.owner_worker_id] as const),
    );

  const owners = new Map(candidate);
  const taken = lockedOrSkipped(tx, {
    table: 'sequence_contacts',
    mode: 'no key update',
    rows: runsOf(tx, [...owners.keys()]),
  });
  return taken.map((run) => {
    const queued = tx.update('sequence_contacts', run, {
      dispatch_state: 'queued',
      dispatch_seq: run.dispatch_seq + 1,
      assigned_worker_id: owners.get(run.id) ?? null,
      worker_assigned_at: tx.now,
    });
    return {
      id: queued.id,
      device_id: queued.device_id,
      dispatch_seq: queued.dispatch_seq,
      next_step_key: queued.next_step_key,
    };
  });
};
