import type { Random } from '../random.ts';
import { hour, past, second, workers, type WorldRow, worldStart } from './world-facts.ts';

export function makeDevice(random: Random, n: number): Extract<WorldRow, { table: 'devices' }> {
  const owner = random.weighted([
    [6, workers[0]],
    [4, workers[1]],
    [1, workers[2]],
    [3, null],
  ] as const);
  const reserved =
    random.weighted([
      [5, null],
      [1, workers[0]],
      [1, workers[1]],
    ] as const) ?? null;
  const until = (): number | null =>
    random.weighted([
      [1, null],
      [1, worldStart - second],
      [2, worldStart + 30 * second],
      [1, worldStart + hour],
    ]);
  return {
    table: 'devices',
    row: {
      name: `device-${n}`,
      phone: random.chance(95) ? `+1555000000${n}` : null,
      labels: random.chance(15) ? { 'keep-online': 'yes' } : {},
      desired_state: random.weighted([
        [14, 'running'],
        [3, 'paused'],
        [1, 'draining'],
        [1, 'drained'],
      ] as const),
      desired_reason: random.pick([null, 'holiday']),
      paused_until: until(),
      session_state: random.pick(sessionStates),
      state_reason: random.pick([null, 'before']),
      state_since: worldStart - random.pick([0, hour, 5 * hour]) - n,
      restriction: random.weighted([
        [4, null],
        [1, 'everybody'],
        [1, 'new_contacts'],
      ] as const),
      restricted_until: until(),
      engine: random.chance(95) ? 'workers' : 'direct',
      pacing: random.chance(30) ? { caps: [{ max: 3, window_ms: 60_000 }] } : null,
      pacing_version: random.int(3),
      owner_worker_id: owner ?? null,
      owner_epoch: random.int(4),
      owner_claimed_at: owner ? past(random, hour) : null,
      reserved_for: reserved,
      reserved_until: reserved ? until() : null,
      created_at: worldStart - 48 * hour - n,
    },
  };
}

/** What has ended for good comes once in the list. */
const sessionStates = [
  ...(['open', 'open', 'open', 'open', 'open', 'open', 'closed', 'closed', 'connecting'] as const),
  ...(['unreachable', 'restricted', 'restricted', 'restricted', 'pairing', 'unpaired'] as const),
  ...(['logged_out', 'banned', 'conflict', 'quarantined'] as const),
];
