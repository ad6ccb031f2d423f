import { deviceId, sequenceContactId, stepKey } from '@dripfleet/domain';
import { openLogger, Metrics } from '@dripfleet/runtime';
import { expect, test } from 'vitest';
import type { WorkerEvent } from './events.ts';
import { reportEvents } from './report-events.ts';

const concluded = {
  kind: 'delivery.concluded',
  deviceId: deviceId(1),
  sequenceContactId: sequenceContactId(2),
  stepKey: stepKey('hello'),
  conclusion: 'sent',
  errorClass: undefined,
  processMs: 40,
  ackMs: 20,
  dueMs: 3_000,
} satisfies WorkerEvent;

async function metricsOf(...events: readonly WorkerEvent[]): Promise<string> {
  const metrics = new Metrics();
  const observe = reportEvents(openLogger({ name: 'test', level: 'silent' }), metrics);
  for (const event of events) observe(event);
  return await metrics.text();
}

test('what was sent counts from when it was due', async () => {
  expect(await metricsOf(concluded)).toContain('dripfleet_due_to_sent_seconds_sum 3\n');
});

test('a clock that lies behind Postgres makes no time negative', async () => {
  const text = await metricsOf({ ...concluded, dueMs: -50 });
  expect(text).toContain('dripfleet_due_to_sent_seconds_sum 0\n');
});

test.each([
  ['a re-send', { ...concluded, dueMs: undefined }],
  ['what was not sent', { ...concluded, conclusion: 'retry' } as const],
])('%s does not count as such', async (_, event) => {
  expect(await metricsOf(event)).not.toMatch(/^dripfleet_due_to_sent_seconds_count [1-9]/m);
});
