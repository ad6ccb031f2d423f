import type { Activity } from '@dripfleet/operations';
import type { DeviceActivity } from '@dripfleet/store';
import type { ItemView, Output } from '../output.ts';
import type { Size } from '../screen/screen.ts';
import { type Column, renderTable } from '../table.ts';
import { roughly } from '../times.ts';
import { arrangeDevices, type TopState } from '../top-state.ts';
import { countsText, countText } from './counts-text.ts';

/** `top` without a terminal, and in its other forms. JSON has the busiest devices only: `device ls` has all. */
export function topView(
  output: Output,
  { state, limit }: Readonly<{ state: TopState; limit: number }>,
): ItemView<Activity> {
  const busiest = (activity: Activity) => arrangeDevices(activity.devices, state).slice(0, limit);
  return {
    text: (activity) =>
      [
        ...figures(activity, output),
        '',
        ...tableLines(busiest(activity), output),
        shownText(busiest(activity).length, activity),
      ].join('\n'),
    json: (activity) => topJson(activity, busiest(activity)),
    names: (activity) => busiest(activity).map(({ name }) => name),
  };
}

/** `top` on a terminal. */
export function topLines(
  activity: Activity,
  output: Output,
  { state, size }: Readonly<{ state: TopState; size: Size }>,
): readonly string[] {
  const head = [...figures(activity, output), '', keysText(state, output)];
  const devices = arrangeDevices(activity.devices, state);
  // The titles and the last line need one each.
  const shown = devices.slice(0, Math.max(0, size.rows - head.length - 2));
  return [...head, ...tableLines(shown, output), shownText(shown.length, activity)];
}

function keysText({ sort, filter, isTyping }: TopState, { colors }: Output): string {
  const by = `s order: ${sort}`;
  if (isTyping) return colors.bold(`/${filter}_   Enter keeps it, Esc clears it`);
  const only = filter === '' ? '/ filter' : `/ filter: ${filter} (Esc clears)`;
  return colors.bold(`q quit   ${by}   ${only}`);
}

function figures(activity: Activity, { colors }: Output): readonly string[] {
  const { fleet, backlog, lastMinute, errorRate, averageProcess } = activity;
  const errors = errorRate === undefined ? '-' : `${(errorRate * 100).toFixed(2)} %`;
  const average = averageProcess === undefined ? '-' : `${Math.round(averageProcess)} ms`;
  const oldest =
    backlog.oldestDueAge === undefined ? '' : `, the oldest for ${roughly(backlog.oldestDueAge)}`;
  const facts: readonly (readonly [string, string])[] = [
    ['sent', `${lastMinute.sent} in the last minute, ${lastMinute.failed} failed or uncertain`],
    ['15 min', `errors ${errors}, begin to finish ${average} on average`],
    [
      'workers',
      `${countText(fleet.activeWorkers, 'device worker')} in ${countText(fleet.workerProcesses, 'process', 'processes')}`,
    ],
    ['devices', `${countsText(fleet.byState)}; sessions: ${countsText(fleet.bySessionState)}`],
    [
      'backlog',
      `${backlog.queued} queued, ${backlog.sending} sending, ${backlog.due} due${oldest}, ${backlog.held} held`,
    ],
  ];
  return facts.map(([title, value]) => `${colors.bold(title.padEnd(9))}${value}`);
}

function tableLines(devices: readonly DeviceActivity[], output: Output): readonly string[] {
  return renderTable(columns(output), devices).trimEnd().split('\n');
}

const columns = ({ colors }: Output): readonly Column<DeviceActivity>[] => [
  { title: 'device', value: ({ name }) => name },
  {
    title: 'state',
    value: ({ state }) => (state === 'running' ? state : colors.yellow(state)),
  },
  {
    title: 'session',
    value: ({ session }) => (session === 'open' ? colors.green(session) : session),
  },
  {
    title: 'worker',
    value: ({ owner }) => (owner ? `${owner.host}${owner.live ? '' : ' (silent)'}` : ''),
  },
  { title: 'sent/min', value: ({ sent }) => sent, align: 'right' },
  {
    title: 'failed',
    value: ({ failed }) => (failed > 0 ? colors.red(String(failed)) : failed),
    align: 'right',
  },
  { title: 'queued', value: ({ queued }) => queued, align: 'right' },
  { title: 'sending', value: ({ sending }) => sending, align: 'right' },
  { title: 'due', value: ({ due }) => due, align: 'right' },
  {
    title: 'waits',
    value: ({ oldestDueAge }) => (oldestDueAge === undefined ? '' : roughly(oldestDueAge)),
    align: 'right',
  },
  { title: 'held', value: ({ held }) => held, align: 'right' },
];

const shownText = (shown: number, { devices }: Activity): string =>
  `(${shown} of ${devices.length} devices)`;

function topJson(activity: Activity, devices: readonly DeviceActivity[]): unknown {
  const { fleet, backlog, lastMinute, errorRate, averageProcess } = activity;
  return {
    sent_last_minute: lastMinute.sent,
    failed_last_minute: lastMinute.failed,
    error_rate: errorRate ?? null,
    average_process_ms: averageProcess === undefined ? null : Math.round(averageProcess * 10) / 10,
    active_workers: fleet.activeWorkers,
    worker_processes: fleet.workerProcesses,
    devices: {
      total: fleet.devices,
      by_state: fleet.byState,
      by_session_state: fleet.bySessionState,
    },
    backlog: {
      queued: backlog.queued,
      sending: backlog.sending,
      due: backlog.due,
      oldest_due_age_ms: backlog.oldestDueAge ?? null,
      held: backlog.held,
    },
    busiest: devices.map((device) => ({
      name: device.name,
      state: device.state,
      session_state: device.session,
      worker: device.owner?.host ?? null,
      sent_last_minute: device.sent,
      failed_last_minute: device.failed,
      queued: device.queued,
      sending: device.sending,
      due: device.due,
      oldest_due_age_ms: device.oldestDueAge ?? null,
      held: device.held,
    })),
  };
}
