import type { Queryable } from './database.ts';

/** Notes who changed what: a row per object, such as `device:ana`. Runs in the transaction of the change. */
export async function insertOperatorActions(
  tx: Queryable,
  action: { actor: string; action: string; detail: Readonly<Record<string, unknown>> },
  objects: readonly string[],
): Promise<void> {
  await tx.run('insert-operator-actions', [action.actor, action.action, objects, action.detail]);
}
