import type { Dump } from '../database/dump.ts';
import type { NetworkEvent } from '../network/network-log.ts';
import type { Plan, PlannedRun } from '../run/plan.ts';
import type { Evidence } from './evidence.ts';

/** A fault, from when to when it did harm, true ms. */
export type FaultSpan = { readonly kind: string; readonly at: number; until: number };

/** All that is known of a run when it is over. */
export type RunRecord = Readonly<{
  plan: Plan;
  log: readonly NetworkEvent[];
  evidence: Evidence;
  faults: readonly FaultSpan[];
  /** When processes died, by name. */
  deaths: ReadonlyMap<string, number>;
  endedAt: number;
  dump: Dump;
  /** What a process hears in its last moments is heard by nobody else. */
  losesLastWords: boolean;
  /** The contact whose messages kill who writes them. */
  poisonedContact: string | undefined;
  confirmation: string;
}>;

export type Message = Extract<NetworkEvent, { kind: 'message' }>;

/** What the network took, in order. */
export function acceptedMessages(log: readonly NetworkEvent[]): readonly Message[] {
  return log.filter(
    (event): event is Message => event.kind === 'message' && event.outcome === 'accepted',
  );
}

/** The run and the place of its step that a message is. */
export function findStep(
  plan: Plan,
  { device, to, text }: Pick<Message, 'device' | 'to' | 'text'>,
): { run: PlannedRun; step: number } | undefined {
  for (const run of plan.runs) {
    const step = run.texts.indexOf(text);
    if (step >= 0 && run.contact === to && run.device.phone === device) return { run, step };
  }
  return undefined;
}
