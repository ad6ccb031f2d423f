import { Metrics } from '@dripfleet/runtime';
import { type Database, openDatabase } from '@dripfleet/store';
import { addDevice } from '@dripfleet/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reportFleet } from '../src/report-fleet.ts';
import { type Bench, openBench } from './scheduler-fixture.ts';

let bench: Bench;
let metrics: Metrics;
let db: Database;
beforeEach(async () => {
  bench = await openBench();
  db = bench.store.db;
  metrics = new Metrics();
  const observe = (event: Bench['events'][number]) => bench.events.push(event);
  metrics.onScrape(() => reportFleet(db, { metrics, observe }));
});
afterEach(async () => await bench.close());

test('a state that its last device has left is not shown with the old count', async () => {
  const device = await addDevice(bench.store, { session_state: 'open' });
  expect(await metrics.text()).toContain('dripfleet_devices{session_state="open"} 1');
  await bench.store.sql(`update devices set session_state = 'closed' where id = $1`, [device]);
  const text = await metrics.text();
  expect(text).toContain('dripfleet_devices{session_state="closed"} 1');
  expect(text).not.toContain('session_state="open"');
});

test('without Postgres the own counters are shown, and no figure of the fleet, old or zero', async () => {
  // Guards: a scrape that fails in the outage that it is wanted for.
  metrics.count('dripfleet_errors_total', { class: 'engine' });
  await addDevice(bench.store, { session_state: 'open' });
  await metrics.text();
  db = openDatabase({ url: 'postgres://127.0.0.1:1/none', applicationName: 'test' });
  const text = await metrics.text();
  expect(text).toContain('dripfleet_errors_total{class="engine"} 1');
  expect(text).not.toMatch(/^dripfleet_(devices|queue_depth)/m);
  expect(bench.events).toMatchObject([{ kind: 'problem', where: 'report-fleet' }]);
});
