// Mirrors packages/store/sql/pause-devices.sql.
import { locked } from '../locking.ts';
import { byName, note } from '../operator-notes.ts';
import { parameters } from '../parameters.ts';
import { devicesOf } from '../picking.ts';
import type { DeviceRow } from '../rows.ts';
import type { Statement } from '../statement-context.ts';

export const pauseDevices: Statement = (tx, values) => {
  const $ = parameters(values);
  const [duration, reason, actor] = [$.numberOrNull(2), $.textOrNull(3), $.text(4)];
  const rows = devicesOf(tx, $.numbers(1));
  const judged = locked(tx, { table: 'devices', mode: 'no key update', rows }).map((l) => ({
    ...l,
    outcome: judge(l, { duration, reason }),
  }));
  const answers = judged.map(({ outcome, ...l }) => {
    const isChanged = outcome === 'changed';
    const after = isChanged
      ? tx.update('devices', l, {
          desired_state: 'paused',
          paused_until: duration === null ? null : tx.now + duration,
          desired_reason: reason,
        })
      : l;
    if (isChanged) {
      const detail = { before: l.desired_state, for_ms: duration };
      note(tx, l, { actor, action: 'device.pause', reason, detail });
    }
    return {
      id: l.id,
      name: l.name,
      outcome,
      before: l.desired_state,
      after: after.desired_state,
      paused_until: after.paused_until === null ? null : new Date(after.paused_until),
    };
  });
  return byName(answers);
};

function judge(
  device: DeviceRow,
  { duration, reason }: { duration: number | null; reason: string | null },
): 'kept' | 'already' | 'changed' {
  if (device.desired_state === 'draining' || device.desired_state === 'drained') return 'kept';
  const isPaused = device.desired_state === 'paused' && device.paused_until === null;
  const isSame = reason === null || device.desired_reason === reason;
  return isPaused && duration === null && isSame ? 'already' : 'changed';
}
