import type { Queryable } from './database.ts';

/** `percent`: 0 to 100. The devices stay where they are. */
export async function setRollout(tx: Queryable, percent: number): Promise<void> {
  await tx.run('set-rollout', [percent]);
}
