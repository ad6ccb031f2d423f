// Mirrors packages/store/sql/match-devices.sql.
import { hasLabels } from '../json-values.ts';
import { byName } from '../operator-notes.ts';
import { parameters } from '../parameters.ts';
import type { DeviceRow } from '../rows.ts';
import type { Statement } from '../statement-context.ts';

export const matchDevices: Statement = (tx, values) => {
  const $ = parameters(values);
  const names = values[0] === null ? null : $.texts(1);
  const [state, session] = [$.textOrNull(3), $.textOrNull(4)];
  const matching = tx
    .all('devices')
    .filter((d) => (names === null || names.includes(d.name)) && hasLabels(d, $.json(2)))
    .filter((d) => state === null || stateOf(d, tx.now) === state)
    .filter((d) => session === null || d.session_state === session)
    .map(({ id, name }) => ({ id, name }));
  return byName(matching);
};

function stateOf({ desired_state: state, paused_until: until }: DeviceRow, now: number): string {
  return state === 'paused' && until !== null && until <= now ? 'running' : state;
}
