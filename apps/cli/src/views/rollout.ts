import type { Rollout } from '@dripfleet/operations';
import type { ItemView } from '../output.ts';
import { renderTable } from '../table.ts';

const columns: Parameters<typeof renderTable<Rollout['engines'][number]>>[0] = [
  { title: 'engine', value: ({ engine }) => engine },
  { title: 'devices', value: ({ devices }) => devices, align: 'right' },
  { title: 'on their way', value: ({ awaited }) => awaited, align: 'right' },
  { title: 'live workers', value: ({ liveWorkers }) => liveWorkers, align: 'right' },
];

export function rolloutView(): ItemView<Rollout> {
  return {
    text: ({ percent, engines }) =>
      `${percent} % of the devices are for the workers.\n${renderTable(columns, engines).trimEnd()}`,
    json: ({ percent, engines }) => ({
      percent,
      engines: engines.map(({ engine, devices, awaited, liveWorkers }) => ({
        engine,
        devices,
        awaited,
        live_workers: liveWorkers,
      })),
    }),
    names: ({ percent }) => [String(percent)],
  };
}
