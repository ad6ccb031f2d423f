import type { Stats } from '@dripfleet/operations';
import type { ItemView, Output } from '../output.ts';
import { renderTable } from '../table.ts';
import { roughly } from '../times.ts';
import { countsText, countText } from './counts-text.ts';

/** How many queues the table shows; JSON has all of them. */
const queuesShown = 20;

/** `stats`. The keys of the JSON are an outside that other programs rely on. */
export function statsView(output: Output): ItemView<Stats> {
  return {
    text: (stats) => statsText(stats, output),
    json: statsJson,
    names: ({ queueDepth }) => [...queueDepth.keys()],
  };
}

function statsJson(stats: Stats): unknown {
  const { fleet, sequenceContacts, averageProcess } = stats;
  return {
    active_workers: stats.activeWorkers,
    total_processed: stats.totalProcessed,
    average_process_ms: averageProcess === undefined ? null : Math.round(averageProcess * 10) / 10,
    error_rate: stats.errorRate ?? null,
    queue_depth: Object.fromEntries(stats.queueDepth),
    concluded_last_15_min: stats.concludedRecently,
    worker_processes: fleet.workerProcesses,
    devices: {
      total: fleet.devices,
      by_state: fleet.byState,
      by_session_state: fleet.bySessionState,
    },
    sequence_contacts: {
      by_status: sequenceContacts.byStatus,
      held: sequenceContacts.held,
      due: sequenceContacts.due,
      oldest_due_age_ms: sequenceContacts.oldestDueAge ?? null,
    },
    deliveries: stats.deliveries,
  };
}

function statsText(stats: Stats, { colors }: Output): string {
  const { fleet, sequenceContacts: contacts, averageProcess, errorRate } = stats;
  const facts: readonly (readonly [string, string])[] = [
    [
      'active workers',
      `${stats.activeWorkers} of ${fleet.devices} devices, in ${countText(fleet.workerProcesses, 'process', 'processes')}`,
    ],
    ['total processed', String(stats.totalProcessed)],
    [
      'average process',
      averageProcess === undefined ? '-' : `${averageProcess.toFixed(1)} ms (last 15 min)`,
    ],
    [
      'error rate',
      errorRate === undefined
        ? '-'
        : `${(errorRate * 100).toFixed(2)} % of ${stats.concludedRecently} (last 15 min)`,
    ],
    ['devices', `${countsText(fleet.byState)}; sessions: ${countsText(fleet.bySessionState)}`],
    ['contacts', countsText(contacts.byStatus)],
    [
      'due now',
      contacts.oldestDueAge === undefined
        ? '0'
        : `${contacts.due}, the oldest for ${roughly(contacts.oldestDueAge)}`,
    ],
    ...(contacts.held > 0 ? ([['held', `${contacts.held}, for an operator`]] as const) : []),
    ['deliveries', countsText(stats.deliveries)],
  ];
  const queues = [...stats.queueDepth].filter(([, queued]) => queued > 0);
  return [
    ...facts.map(([title, value]) => `${colors.bold(title.padEnd(16))} ${value}`),
    '',
    queues.length === 0 ? 'No rows are queued.' : queuesText(queues),
  ].join('\n');
}

function queuesText(queues: readonly (readonly [string, number])[]): string {
  const table = renderTable(
    [
      { title: 'queue', value: ([name]) => name },
      { title: 'depth', value: ([, queued]) => queued, align: 'right' },
    ],
    queues.slice(0, queuesShown),
  ).trimEnd();
  return queues.length > queuesShown
    ? `${table}\n(${queuesShown} of ${queues.length}; all with -o json)`
    : table;
}
