import {
  addDelivery,
  addDevice,
  addRun,
  addSequence,
  ago,
  openTestStore,
} from '@dripfleet/testkit';
import { expect, it } from 'vitest';
import type { SchedulerEvent } from '../src/events.ts';
import { Pruner } from '../src/prune.ts';

const hour = 3_600_000;

// Guards: texts of contacts that are kept for ever, and a ledger that grows for ever.
it('old texts are erased and old deliveries archived, a chunk at a time until there is no more to do', async () => {
  const store = await openTestStore();
  try {
    await store.sql(
      'update settings set installed_at = $1, bodies_erased_until = $1, archived_until = $1',
      [ago(751 * hour)],
    );
    const sequence = await addSequence(store);
    const device = await addDevice(store);
    const ended = { status: 'completed', next_step_key: null, finished_at: ago(749 * hour) };
    const old = await addRun(store, device, { sequence_id: sequence, ...ended });
    await addDelivery(store, old, { state: 'sent', last_attempt_at: ago(750 * hour) });
    const events: SchedulerEvent[] = [];
    const pruner = new Pruner({ db: store.db, observe: (event) => events.push(event) });
    while (await pruner.step());
    expect(events.at(-1)).toEqual({ kind: 'deliveries.pruned', erased: 0, archived: 1 });
    expect(await store.sql('select from deliveries')).toEqual([]);
  } finally {
    await store.close();
  }
});
