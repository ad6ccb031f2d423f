// Mirrors packages/store/sql/insert-operator-actions.sql.
import { objectOf } from '../json-values.ts';
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const insertOperatorActions: Statement = (tx, values) => {
  const $ = parameters(values);
  const [actor, action, detail] = [$.text(1), $.text(2), objectOf($.json(4))];
  for (const object of $.texts(3)) tx.insert('operator_actions', { actor, action, object, detail });
  return [];
};
