import type { CrashPoint } from './crash-points.ts';

export type TransportName = 'simulated' | 'baileys';

/** One crash to see: a process, the point where it kills itself, and what may come of it. */
export type CrashCase = Readonly<{
  point: CrashPoint;
  /** What is going on: decides when the process is started and how it is brought to its point. */
  part: 'scheduler' | 'route' | 'hand_off' | 'shedding';
  /** The nth time that the point is passed, from 1. */
  nth: number;
  /** Devices of its own, each with three contacts. */
  devices: number;
  /** Messages that had left and whose answer was not recorded, at most: each may be sent once more under its id. */
  mayRepeat: number;
  /** Messages of its devices that the network has accepted when it dies; undefined: depends on what else goes on. */
  sentByThen?: number | undefined;
  /** Done by the network to the first message of each of its devices. */
  fault?: 'drop_before' | undefined;
  /** A contact wrote STOP before the device connected. */
  saysStop?: boolean | undefined;
}>;

const route = { part: 'route', nth: 1, devices: 1, mayRepeat: 0 } as const;
/** The first message is settled: there is something before it that must not come again. */
const second = { ...route, nth: 2 } as const;
const recovery = { ...route, fault: 'drop_before' } as const;
/** It dies at one of its devices, whose send is over by then; the other may wait for the answer to a message that has left. */
const handOff = { part: 'hand_off', nth: 1, devices: 2, mayRepeat: 1 } as const;

const cases: readonly CrashCase[] = [
  { ...route, part: 'scheduler', point: 'after_select' },
  { ...route, part: 'scheduler', point: 'half_enqueued' },
  { ...route, part: 'scheduler', point: 'in_reconcile' },
  // Its row has lost its job and waits longest to be found.
  { ...route, point: 'in_recovery_clear', sentByThen: 0 },
  { ...second, point: 'in_load', sentByThen: 1 },
  { ...second, point: 'in_render', sentByThen: 1 },
  { ...second, point: 'before_begin', sentByThen: 1 },
  { ...second, point: 'after_begin', sentByThen: 1 },
  { ...second, point: 'before_write', sentByThen: 1 },
  { ...second, point: 'after_write', sentByThen: 2, mayRepeat: 1 },
  { ...second, point: 'after_ack', sentByThen: 2, mayRepeat: 1 },
  { ...second, point: 'before_finish', sentByThen: 2, mayRepeat: 1 },
  { ...second, point: 'after_finish', sentByThen: 2 },
  { ...second, point: 'after_complete', sentByThen: 2 },
  { ...route, point: 'in_inbound', sentByThen: 0, saysStop: true },
  { ...recovery, point: 'in_recovery_before_begin', sentByThen: 0 },
  { ...recovery, point: 'in_recovery_after_begin', sentByThen: 0 },
  { ...recovery, point: 'in_recovery_after_write', sentByThen: 1, mayRepeat: 1 },
  { ...recovery, point: 'in_recovery_before_finish', sentByThen: 1, mayRepeat: 1 },
  { ...route, point: 'in_claim_after_lock', sentByThen: 0 },
  { ...route, point: 'in_claim_after_claim', sentByThen: 0 },
  { ...route, point: 'in_claim_after_connect', sentByThen: 0 },
  { ...route, point: 'in_claim_before_caught_up', sentByThen: 0 },
  { ...handOff, point: 'in_handoff_before_close' },
  { ...handOff, point: 'in_handoff_after_close' },
  { ...handOff, point: 'in_handoff_after_release' },
  { ...handOff, part: 'shedding', devices: 4, mayRepeat: 3, point: 'while_shedding' },
];

/** Points where the way to the network makes a difference. */
const onWhatsapp: ReadonlySet<CrashPoint> = new Set<CrashPoint>([
  'before_write',
  'after_write',
  'after_ack',
  'before_finish',
  'after_finish',
  'in_recovery_after_write',
  'in_claim_after_connect',
  'in_handoff_before_close',
  'in_handoff_after_close',
]);

export function casesFor(transport: TransportName): readonly CrashCase[] {
  return transport === 'simulated' ? cases : cases.filter(({ point }) => onWhatsapp.has(point));
}
