// Mirrors packages/store/sql/drain-devices.sql.
import { locked } from '../locking.ts';
import { byName, note } from '../operator-notes.ts';
import { parameters } from '../parameters.ts';
import { devicesOf } from '../picking.ts';
import type { Statement } from '../statement-context.ts';

export const drainDevices: Statement = (tx, values) => {
  const $ = parameters(values);
  const [reason, actor] = [$.textOrNull(2), $.text(3)];
  const rows = devicesOf(tx, $.numbers(1));
  const answers = locked(tx, { table: 'devices', mode: 'no key update', rows }).map((l) => {
    const isChanged = l.desired_state !== 'draining' && l.desired_state !== 'drained';
    if (isChanged) {
      tx.update('devices', l, {
        desired_state: 'draining',
        paused_until: null,
        desired_reason: reason,
      });
      const detail = { before: l.desired_state };
      note(tx, l, { actor, action: 'device.drain', reason, detail });
    }
    const outcome = isChanged ? 'changed' : 'already';
    return { id: l.id, name: l.name, outcome, before: l.desired_state };
  });
  return byName(answers);
};
