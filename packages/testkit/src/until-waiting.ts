import type { TestStore } from './open-test-store.ts';

/** Resolves when so many statements in this database wait for a lock: the event to await before letting them go on. */
export async function untilWaiting(store: TestStore, count = 1): Promise<void> {
  for (;;) {
    const [row] = await store.sql<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if ((row?.n ?? 0) >= count) return;
  }
}
