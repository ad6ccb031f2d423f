import type { Row } from '../../database/rows.ts';
import type { Random } from '../random.ts';
import { hour, past, range, second, stepKeys, workers, worldStart } from './world-facts.ts';

export type Run = Partial<Row<'sequence_contacts'>>;

type RunPlace = Readonly<{
  contact: number;
  sequence: Readonly<{ id: number; version: number }>;
  /** Of each device. */
  owners: readonly (string | null)[];
}>;

export function makeRuns(random: Random, { contact, sequence, owners }: RunPlace): readonly Run[] {
  const device = 1 + random.int(owners.length);
  const count = random.weighted([
    [3, 0],
    [10, 1],
    [2, 2],
  ] as const);
  return range(count).map((runNo) => ({
    sequence_id: sequence.id,
    version: sequence.version,
    contact_id: contact,
    run_no: runNo,
    device_id: device,
    priority: random.pick([0, 1, 1, 1, 2]),
    import_key: random.chance(30) ? `row-${contact}-${runNo}` : null,
    // One run at most goes on.
    ...(runNo === count ? goingOn(random, owners[device - 1] ?? null) : endedRun(random)),
  }));
}

function goingOn(random: Random, owner: string | null): Run {
  const status = random.weighted([
    [14, 'active'],
    [1, 'paused'],
    [1, 'completed'],
    [1, 'exited'],
  ] as const);
  const ended = status === 'completed' || status === 'exited';
  const state = random.weighted([
    [4, 'idle'],
    [5, 'queued'],
    [4, 'sending'],
    [1, 'held'],
  ] as const);
  const inHand = state === 'queued' || state === 'sending';
  return {
    status,
    exit_reason: status === 'exited' ? 'replied' : null,
    finished_at: ended ? past(random, hour) : null,
    next_step_key: status === 'completed' ? null : random.pick(stepKeys),
    dispatch_state: ended && state === 'held' ? 'idle' : state,
    dispatch_seq: random.int(4),
    crash_count: random.weighted([
      [6, 0],
      [1, 1],
      [1, 2],
      [1, 3],
    ] as const),
    assigned_worker_id: inHand ? (random.pick([owner, owner, ...workers, null]) ?? null) : null,
    worker_assigned_at: inHand ? past(random, hour) : null,
  };
}

function endedRun(random: Random): Run {
  return {
    status: random.pick(['completed', 'exited', 'failed']),
    next_step_key: random.pick([null, 'tip']),
    dispatch_state: random.weighted([
      [8, 'idle'],
      [1, 'sending'],
    ] as const),
    dispatch_seq: random.int(3),
    finished_at: past(random, hour),
  };
}

/** When a run was enrolled and is due; `n` is different for each. */
export const spread = (random: Random, n: number) => ({
  next_trigger_time: around(random, random.pick([10 * second, hour]), n),
  enrolled_at: worldStart - 24 * hour + random.int(23) * hour + n,
});

/** Before or after the start, by up to `ms`; never at the same instant for two `n` below 97. */
const around = (random: Random, ms: number, n: number): number =>
  worldStart + Math.round((random.int(2 * ms) - ms) / 97) * 97 + n;
