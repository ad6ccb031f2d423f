import type { SequenceContactRow } from './rows.ts';

/** Whether a run has not ended. */
export function goesOn({ status }: SequenceContactRow): boolean {
  return status === 'active' || status === 'paused';
}

/** What an exit changes. A run with a message that may be on its way stays `sending`. */
export function exited(
  run: SequenceContactRow,
  { reason, now }: { reason: string; now: number },
): Partial<SequenceContactRow> {
  const ended = { status: 'exited', exit_reason: reason, finished_at: now } as const;
  if (run.dispatch_state === 'sending') return ended;
  return { ...ended, dispatch_state: 'idle', assigned_worker_id: null, worker_assigned_at: null };
}
