// Mirrors packages/store/sql/find-enrollment-devices.sql.
import { goesOn } from '../exiting.ts';
import { hasLabels } from '../json-values.ts';
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const findEnrollmentDevices: Statement = (tx, values) => {
  const labels = parameters(values).json(1);
  return tx.all('devices').map((d) => ({
    id: d.id,
    name: d.name,
    eligible:
      hasLabels(d, labels) &&
      (d.desired_state === 'running' || d.desired_state === 'paused') &&
      d.session_state !== 'banned' &&
      d.session_state !== 'logged_out',
    contacts: tx.where('sequence_contacts', 'device_id', d.id).filter(goesOn).length,
  }));
};
