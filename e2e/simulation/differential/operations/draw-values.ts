import {
  type DeviceId,
  deviceId,
  type DurationMs,
  durationMs,
  type Epoch,
  epoch,
  type PhoneNumber,
  phoneNumber,
  type WorkerId,
  workerId,
} from '@dripfleet/domain';
import type { DeviceRow, SequenceContactRow } from '../../database/rows.ts';
import { phoneOf, workers } from '../world/world-facts.ts';
import type { View } from './operation.ts';

/** Any of the three, or the owner of `device` most of the time. */
export function drawWorker({ random }: View, device?: DeviceRow): WorkerId {
  const owner = device?.owner_worker_id;
  return workerId(owner && random.chance(92) ? owner : random.pick(workers));
}

export function drawDevice({ random, state }: View): DeviceRow {
  return random.pick(state.devices);
}

export function isOwned(state: View['state'], device: number): boolean {
  return state.devices.some(({ id, owner_worker_id: owner }) => id === device && owner !== null);
}

/** Some of the devices, in any order, each once. */
export function drawDevices({ random, state }: View): readonly DeviceId[] {
  const taken = state.devices.filter(() => random.chance(60)).map(({ id }) => deviceId(id));
  return random.chance(50) ? taken.toReversed() : taken;
}

export function drawEpoch({ random }: View, device: DeviceRow | undefined): Epoch {
  return epoch(nearly(random, device?.owner_epoch ?? 0));
}

/** The right number most of the time, else one beside it. */
export function nearly(random: View['random'], value: number): number {
  return random.chance(92) ? value : Math.max(0, value + random.pick([-1, 1]));
}

export const drawSteal = ({ random }: View): DurationMs =>
  durationMs(random.pick([24_000, 24_000, 0]));

export const drawHorizon = ({ random }: View): DurationMs =>
  durationMs(random.pick([0, 15_000, 900_000]));

/** Of a contact, or of nobody. */
export function drawPhone({ random, state }: View): PhoneNumber {
  return phoneNumber(phoneOf(1 + random.int(state.contacts.length + 1)));
}

/** A run, one that is in one of these states and in somebody's hand most of the time. */
export function drawRun(
  { random, state }: View,
  ...states: readonly SequenceContactRow['dispatch_state'][]
): SequenceContactRow | undefined {
  const all = state.sequence_contacts;
  const likely = all.filter((row) => states.includes(row.dispatch_state));
  const owned = likely.filter((row) => isOwned(state, row.device_id));
  if (owned.length > 0 && random.chance(80)) return random.pick(owned);
  const from = likely.length > 0 && random.chance(80) ? likely : all;
  return from.length === 0 ? undefined : random.pick(from);
}
