import { type Violation, type ViolationKind, violationKinds } from './violation.ts';

/** A verdict needs examples, not all of a million: a ledger of a gigabyte must fit in memory. */
const KEPT_OF_A_KIND = 1_000;

/** Collects violations: all are counted, the first thousand of each kind kept. */
export class Findings {
  readonly kept: Violation[] = [];
  readonly counts: Record<ViolationKind, number> = {
    second_id: 0,
    id_reused: 0,
    order_broken: 0,
    step_missing: 0,
    step_invented: 0,
    cap_passed: 0,
    sender_changed: 0,
    two_connections: 0,
    frame_of_non_owner: 0,
    conflict: 0,
    sent_after_opt_out: 0,
    sent_while_paused: 0,
    false_confirmation: 0,
    unexplained_repeat: 0,
  };

  add(violation: Violation): void {
    this.counts[violation.kind] += 1;
    if (this.counts[violation.kind] <= KEPT_OF_A_KIND) this.kept.push(violation);
  }

  get none(): boolean {
    return violationKinds.every((kind) => this.counts[kind] === 0);
  }
}
