import { expect, it } from 'vitest';
import { metricCatalog, Metrics } from './metrics.ts';

it('shows what was counted, set and measured, in seconds, and runs the collectors before', async () => {
  const metrics = new Metrics();
  metrics.count('dripfleet_messages_total', { outcome: 'sent' });
  metrics.count('dripfleet_messages_total', { outcome: 'sent' });
  metrics.observe('dripfleet_ack_seconds', 20);
  metrics.onScrape(() => metrics.set('dripfleet_active_workers', 7));
  const text = await metrics.text();
  expect(text).toContain('dripfleet_messages_total{outcome="sent"} 2');
  expect(text).toContain('dripfleet_ack_seconds_bucket{le="0.025"} 1');
  expect(text).toContain('dripfleet_active_workers 7');
});

// Guards the size of a scrape: 3,000 devices as labels made it 945 KB.
it('has no label for a single device', () => {
  const labels = Object.values(metricCatalog).flatMap((metric) =>
    'labels' in metric ? [...metric.labels] : [],
  );
  expect(labels.filter((label) => /device|phone|contact|queue/.test(label))).toEqual([]);
});

// Guards: devices shown for ever in a state that the last of them has left.
it('shows nothing of a gauge that was cleared but what was set since', async () => {
  const metrics = new Metrics();
  metrics.set('dripfleet_devices', 3, { session_state: 'open' });
  metrics.set('dripfleet_devices', 1, { session_state: 'connecting' });
  metrics.clear('dripfleet_devices');
  expect(await metrics.text()).not.toContain('dripfleet_devices');
  metrics.set('dripfleet_devices', 4, { session_state: 'open' });
  const text = await metrics.text();
  expect(text).toContain('dripfleet_devices{session_state="open"} 4');
  expect(text).not.toContain('connecting');
});
