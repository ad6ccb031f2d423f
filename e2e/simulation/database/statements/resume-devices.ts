// Mirrors packages/store/sql/resume-devices.sql.
import { locked } from '../locking.ts';
import { byName, note } from '../operator-notes.ts';
import { parameters } from '../parameters.ts';
import { devicesOf } from '../picking.ts';
import type { DeviceRow } from '../rows.ts';
import { finalStates } from '../rules.ts';
import type { Statement } from '../statement-context.ts';

export const resumeDevices: Statement = (tx, values) => {
  const $ = parameters(values);
  const [reason, actor] = [$.textOrNull(2), $.text(3)];
  const rows = devicesOf(tx, $.numbers(1));
  const answers = locked(tx, { table: 'devices', mode: 'no key update', rows }).map((l) => {
    const liftable = isLiftable(l, tx.now);
    const isChanged = l.desired_state !== 'running' || liftable;
    const after = isChanged ? tx.update('devices', l, resumed(l, { liftable, now: tx.now })) : l;
    if (isChanged) {
      const detail = { before: l.desired_state, restriction_lifted: liftable };
      note(tx, l, { actor, action: 'device.resume', reason, detail });
    }
    return {
      id: l.id,
      name: l.name,
      outcome: isChanged ? 'changed' : 'already',
      before: l.desired_state,
      session_state: after.session_state,
      restriction_lifted: liftable,
    };
  });
  return byName(answers);
};

function isLiftable(device: DeviceRow, now: number): boolean {
  const { session_state: state, restricted_until: until } = device;
  return finalStates.has(state) || (state === 'restricted' && (until === null || until <= now));
}

function resumed(
  l: DeviceRow,
  { liftable, now }: { liftable: boolean; now: number },
): Partial<DeviceRow> {
  const running = { desired_state: 'running', paused_until: null, desired_reason: null } as const;
  if (!liftable) return running;
  const timed = l.restricted_until !== null && l.restricted_until > now;
  const told = { ...running, state_reason: null, state_since: now };
  return timed
    ? { ...told, session_state: 'restricted' }
    : { ...told, session_state: 'closed', restriction: null, restricted_until: null };
}
