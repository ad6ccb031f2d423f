import type { DrainResult, InHand } from '@dripfleet/operations';
import type { PausedDevice, ResumedDevice } from '@dripfleet/store';
import type { ListView } from '../output.ts';
import type { Column } from '../table.ts';
import { iso } from '../times.ts';

const name: Column<{ name: string }> = { title: 'device', value: (device) => device.name };
const inHand: readonly Column<InHand>[] = [
  { title: 'in flight', value: ({ inFlight }) => inFlight, align: 'right' },
  { title: 'waiting', value: ({ waiting }) => waiting, align: 'right' },
];

export function pauseView(): ListView<PausedDevice & InHand> {
  return {
    columns: [name, { title: 'result', value: pauseText }, ...inHand],
    json: (device) => ({
      name: device.name,
      result: device.outcome,
      state: device.after,
      paused_until: iso(device.pausedUntil),
      in_flight: device.inFlight,
      waiting: device.waiting,
    }),
    name: (device) => device.name,
    empty: 'No devices.',
  };
}

function pauseText({ outcome, after, pausedUntil }: PausedDevice): string {
  if (outcome === 'kept') return `left ${after}`;
  const until = pausedUntil === undefined ? '' : ` until ${iso(pausedUntil)}`;
  return `${outcome === 'already' ? 'already ' : ''}paused${until}`;
}

export function resumeView(): ListView<ResumedDevice> {
  return {
    columns: [
      name,
      {
        title: 'result',
        value: ({ outcome }) => (outcome === 'already' ? 'already running' : 'running'),
      },
      { title: 'session', value: ({ sessionState }) => sessionState },
    ],
    json: (device) => ({
      name: device.name,
      result: device.outcome,
      state: 'running',
      session_state: device.sessionState,
      restriction_lifted: device.restrictionLifted,
    }),
    name: (device) => device.name,
    empty: 'No devices.',
  };
}

export function drainView(): ListView<DrainResult> {
  return {
    columns: [
      name,
      {
        title: 'result',
        value: ({ outcome, after }) => (outcome === 'already' ? `already ${after}` : after),
      },
      ...inHand,
    ],
    json: (device) => ({
      name: device.name,
      result: device.outcome,
      state: device.after,
      in_flight: device.inFlight,
      waiting: device.waiting,
    }),
    name: (device) => device.name,
    empty: 'No devices.',
  };
}
