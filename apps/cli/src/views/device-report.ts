import { formatCap, formatGap } from '@dripfleet/domain';
import type { DevicePacing, DeviceReport } from '@dripfleet/operations';
import type { ItemView, Output } from '../output.ts';
import { fromNow, iso, roughly } from '../times.ts';
import { labelsText, sessionText } from './device-list.ts';

/** `device show`. `now` is this machine's, for the relative times. */
export function deviceReportView(output: Output, now: number): ItemView<DeviceReport> {
  return {
    text: (report) => reportText(report, output, now),
    json: (report) => reportJson(report, output),
    names: ({ details }) => [details.name],
  };
}

function reportText(
  { details, pacing, inHand, advice }: DeviceReport,
  output: Output,
  now: number,
): string {
  const { bold } = output.colors;
  const { rows, session } = details;
  const facts: readonly (readonly [string, string])[] = [
    ['state', stateText(details, now)],
    [
      'session',
      `${sessionText(output, session)} for ${roughly(now - session.since)}${because(session.reason)}`,
    ],
    ['worker', ownerText(details, now)],
    ['phone', output.phone(details.phone) || '-'],
    ['labels', labelsText(details.labels) || '-'],
    ['pacing', pacingText(pacing)],
    ['sent', `${details.sentLastHour} in the last hour`],
    [
      'contacts',
      `${rows.due} due, ${rows.queued} queued, ${rows.sending} sending, ${rows.held} held, ${rows.waiting - rows.due} later`,
    ],
    ['next due', details.nextDueAt === undefined ? '-' : fromNow(details.nextDueAt, now)],
    ...inHand.map((row, index): readonly [string, string] => [
      index === 0 ? 'in hand' : '',
      `${row.sequence}/${row.stepKey ?? '-'} ${row.dispatchState}, due ${fromNow(row.dueAt, now)}`,
    ]),
  ];
  return [
    bold(details.name),
    ...facts.map(([title, value]) => `  ${title.padEnd(10)}${value}`),
    '',
    bold('What to do next'),
    ...advice.map((line) => `  ${line}`),
  ].join('\n');
}

const because = (reason: string | undefined) => (reason === undefined ? '' : `: ${reason}`);

function stateText({ state, pausedUntil, reason }: DeviceReport['details'], now: number): string {
  const until =
    pausedUntil === undefined ? '' : ` until ${iso(pausedUntil)} (${fromNow(pausedUntil, now)})`;
  return `${state}${until}${because(reason)}`;
}

function ownerText({ owner, epoch }: DeviceReport['details'], now: number): string {
  if (!owner) return `none (epoch ${epoch})`;
  const heard =
    owner.heartbeatAge === undefined
      ? 'no longer registered'
      : `heard from ${roughly(owner.heartbeatAge)} ago`;
  const since = owner.since === undefined ? '' : `, owner for ${roughly(now - owner.since)}`;
  return `${owner.host ?? owner.worker}, ${owner.live ? heard : `silent: ${heard}`}${since} (epoch ${epoch})`;
}

function pacingText(pacing: DevicePacing): string {
  if (pacing.kind === 'unreadable') return pacing.problem;
  const { own, effective, wait } = pacing;
  const caps = `${effective.caps.map(formatCap).join(' ')}${own.caps ? '' : ' (environment)'}`;
  const gap = `gap ${formatGap(effective.gap)}${own.gap ? '' : ' (environment)'}`;
  return `${caps}, ${gap}; next message ${wait > 0 ? `in about ${roughly(wait)}` : 'now'}`;
}

function reportJson({ details, pacing, inHand, advice }: DeviceReport, output: Output): unknown {
  const { owner, session } = details;
  return {
    name: details.name,
    id: details.deviceId,
    phone: output.phone(details.phone) || null,
    labels: details.labels,
    engine: details.engine,
    created_at: iso(details.createdAt),
    state: details.state,
    reason: details.reason ?? null,
    paused_until: iso(details.pausedUntil),
    session_state: session.state,
    session_reason: session.reason ?? null,
    session_since: iso(session.since),
    restriction: session.restriction ?? null,
    restricted_until: iso(session.restrictedUntil),
    may_send: details.maySend,
    epoch: details.epoch,
    owner: owner
      ? {
          worker: owner.worker,
          host: owner.host ?? null,
          heartbeat_age_ms:
            owner.heartbeatAge === undefined ? null : Math.round(owner.heartbeatAge),
          live: owner.live,
          since: iso(owner.since),
        }
      : null,
    pacing: pacingJson(pacing),
    pacing_version: details.pacingVersion,
    rows: details.rows,
    next_due_at: iso(details.nextDueAt),
    sent_last_hour: details.sentLastHour,
    in_hand: inHand.map((row) => ({
      id: row.sequenceContactId,
      sequence: row.sequence,
      step: row.stepKey ?? null,
      dispatch_state: row.dispatchState,
      due_at: iso(row.dueAt),
      assigned_at: iso(row.assignedAt),
    })),
    advice,
  };
}

function pacingJson(pacing: DevicePacing): unknown {
  if (pacing.kind === 'unreadable') return { problem: pacing.problem };
  const { own, effective, wait } = pacing;
  return {
    caps: effective.caps.map(({ max, window }) => ({ max, window_ms: window })),
    gap: { min_ms: effective.gap.min, max_ms: effective.gap.max },
    own: Object.keys(own),
    wait_ms: wait,
  };
}
