import { type Signal, signal } from '@preact/signals';
import type { FleetDevice, FleetPulse, Me } from '../../src/wire.ts';
import { eachFrame } from '../fleet/each-frame.ts';
import { type DeviceEvent, FleetStore } from '../fleet/fleet-store.ts';
import { FleetView } from '../fleet/fleet-view.ts';
import { Live, type LiveEvent, type LiveState } from '../fleet/live.ts';
import { PulseHistory } from '../fleet/pulse-history.ts';
import type { Totals } from '../fleet/tally.ts';
import { throttle } from '../parts/throttle.ts';
import { type Api, type ControlAction, createApi, errorText } from './api.ts';
import { Notices } from './notices.ts';

/** What an operator is about to do, with whom: the devices that were counted and shown when it was asked for. */
export type ControlIntent = Readonly<{
  action: ControlAction;
  devices: readonly FleetDevice[];
  /** They are all there are. */
  isAll: boolean;
}>;

/** Everything that the parts of the page share. */
export type Page = Readonly<{
  api: Api;
  fleet: FleetStore;
  view: FleetView;
  notices: Notices;
  pulses: PulseHistory;
  totals: Signal<Totals>;
  liveState: Signal<LiveState>;
  me: Signal<Me | undefined>;
  /** The device under the keyboard. */
  selected: Signal<number | undefined>;
  /** The device in the drawer. */
  opened: Signal<number | undefined>;
  control: Signal<ControlIntent | undefined>;
  /** The name of the device that is being paired. */
  pairing: Signal<string | undefined>;
  isHelpOpen: Signal<boolean>;
}>;

export type PageProps = Readonly<{ page: Page }>;

/** Between two looks at the totals (ms): figures that change faster can't be read. */
const totalsInterval = 300;

export function createPage(): Page {
  const fleet = new FleetStore();
  return {
    api: createApi(() => window.location.assign('/login')),
    fleet,
    view: new FleetView(fleet),
    notices: new Notices(),
    pulses: new PulseHistory(),
    totals: signal(fleet.totals()),
    liveState: signal<LiveState>('connecting'),
    me: signal<Me | undefined>(undefined),
    selected: signal<number | undefined>(undefined),
    opened: signal<number | undefined>(undefined),
    control: signal<ControlIntent | undefined>(undefined),
    pairing: signal<string | undefined>(undefined),
    isHelpOpen: signal(false),
  };
}

/** Connects the page with the server, for as long as it is open. */
export function startPage(page: Page): void {
  const { api, fleet, notices, pulses } = page;
  fleet.onChange(throttle(() => (page.totals.value = fleet.totals()), totalsInterval));
  const receive = eachFrame((events: readonly LiveEvent[]) => {
    fleet.apply(events.filter((event): event is DeviceEvent => event.kind !== 'pulse'));
    const pulse = events.map(pulseOf).findLast((found) => found !== undefined);
    if (pulse) pulses.add(pulse);
  });
  new Live({
    url: '/api/v1/events',
    onEvent: receive,
    onState: (state) => (page.liveState.value = state),
    checkLogin: api.findMe,
  }).start();
  api.findMe().then(
    (me) => (page.me.value = me),
    (error: unknown) => notices.fail(errorText(error)),
  );
}

function pulseOf(event: LiveEvent): FleetPulse | undefined {
  if (event.kind === 'pulse') return event.data;
  return event.kind === 'snapshot' ? event.data.pulse : undefined;
}
