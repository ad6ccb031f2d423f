import { adviseSession } from '@dripfleet/operations';
import type { DeviceLine } from '@dripfleet/store';
import type { ListView, Output } from '../output.ts';
import { iso, roughly } from '../times.ts';

/** `device ls`. */
export function deviceListView(output: Output): ListView<DeviceLine> {
  return {
    columns: [
      { title: 'name', value: ({ name }) => name },
      { title: 'phone', value: ({ phone }) => output.phone(phone) },
      { title: 'state', value: (device) => stateText(output, device) },
      { title: 'session', value: ({ session }) => sessionText(output, session) },
      { title: 'worker', value: ownerText },
      { title: 'queued', value: ({ queued }) => queued, align: 'right' },
      { title: 'sending', value: ({ sending }) => sending, align: 'right' },
      { title: 'labels', value: ({ labels }) => labelsText(labels) },
    ],
    json: (device) => ({
      name: device.name,
      id: device.deviceId,
      phone: output.phone(device.phone) || null,
      labels: device.labels,
      state: device.state,
      reason: device.reason ?? null,
      paused_until: iso(device.pausedUntil),
      session_state: device.session.state,
      session_reason: device.session.reason ?? null,
      session_since: iso(device.session.since),
      restriction: device.session.restriction ?? null,
      restricted_until: iso(device.session.restrictedUntil),
      session_advice: adviseSession(device.name, device.session) ?? null,
      pacing: device.pacing ?? null,
      owner: device.owner
        ? {
            worker: device.owner.worker,
            host: device.owner.host,
            heartbeat_age_ms: Math.round(device.owner.heartbeatAge),
            live: device.owner.live,
          }
        : null,
      queued: device.queued,
      sending: device.sending,
    }),
    name: ({ name }) => name,
    empty: 'No devices. Add one with: dripfleet device add NAME',
  };
}

function stateText({ colors }: Output, { state, pausedUntil }: DeviceLine): string {
  if (state === 'running') return colors.green(state);
  const until = pausedUntil === undefined ? '' : ` (${roughly(pausedUntil - Date.now())} left)`;
  return colors.yellow(`${state}${until}`);
}

export function sessionText(
  { colors }: Output,
  { state, restriction, restrictedUntil }: DeviceLine['session'],
): string {
  if (state === 'open') return colors.green(state);
  if (state === 'closed' || state === 'connecting' || state === 'pairing') return state;
  const facts = [
    ...(restriction === 'new_contacts' ? ['new contacts'] : []),
    ...(restrictedUntil === undefined ? [] : [`${roughly(restrictedUntil - Date.now())} left`]),
  ];
  return colors.red(facts.length === 0 ? state : `${state} (${facts.join(', ')})`);
}

function ownerText({ owner }: DeviceLine): string {
  if (!owner) return '';
  return owner.live ? owner.host : `${owner.host} (silent for ${roughly(owner.heartbeatAge)})`;
}

export function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
