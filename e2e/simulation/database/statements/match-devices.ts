// Mirrors packages/store/sql/match-devices.sql.
import { hasLabels } from '../json-values.ts';
import { byName } from '../operator-notes.ts';
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const matchDevices: Statement = (tx, values) => {
  const $ = parameters(values);
  const names = values[0] === null ? null : $.texts(1);
  const matching = tx
    .all('devices')
    .filter((d) => (names === null || names.includes(d.name)) && hasLabels(d, $.json(2)))
    .map(({ id, name }) => ({ id, name }));
  return byName(matching);
};
