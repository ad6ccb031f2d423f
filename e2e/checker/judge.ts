import { Findings } from './findings.ts';
import type { JudgeOptions } from './judge-options.ts';
import type { LedgerEvent } from './ledger-event.ts';
import type { Plan } from './plan.ts';
import type { Rule } from './rule.ts';
import { type CapFigures, CapRule } from './rules/cap-rule.ts';
import { ConfirmationsRule } from './rules/confirmations-rule.ts';
import { ConnectionsRule } from './rules/connections-rule.ts';
import { OptOuts } from './rules/opt-outs.ts';
import { RepeatsRule } from './rules/repeats-rule.ts';
import { StepsRule } from './rules/steps-rule.ts';
import { Tally } from './tally.ts';
import type { Violation, ViolationKind } from './violation.ts';

const DEFAULT_GRACE_MS = 1_000;

export interface Verdict {
  readonly ok: boolean;
  /** The first thousand of each kind; `counts` has them all. */
  readonly violations: readonly Violation[];
  readonly counts: Readonly<Record<ViolationKind, number>>;
  readonly figures: Figures;
}

/** What the run was. A device "at cap" had at least one window filled to the last. */
export interface Figures {
  readonly contacts: number;
  readonly steps: number;
  readonly stepsSent: number;
  readonly accepted: number;
  readonly dropped: number;
  readonly nacked: number;
  readonly repeats: number;
  readonly repeatsByDevice: Readonly<Record<string, number>>;
  readonly devices: number;
  /** At any cap; `caps` has each by itself. */
  readonly devicesAtCap: number;
  /** The most a device transmitted in a window of any cap. */
  readonly maxInWindow: number;
  readonly caps: readonly CapFigures[];
  readonly connects: number;
  readonly conflicts: number;
  readonly optOuts: number;
  /** Contacts who were sent a confirmation. */
  readonly confirmations: number;
  readonly lines: number;
  /** From the first line to the last. */
  readonly duration_ms: number;
}

/** A run under judgement: hears its ledger line by line, so that its length does not matter. */
export interface Trial {
  hear(event: LedgerEvent): void;
  conclude(): Verdict;
}

/** Judges a whole ledger against its plan. Pure: the same lines, the same verdict. */
export function judge(
  plan: Plan,
  events: Iterable<LedgerEvent>,
  options: JudgeOptions = {},
): Verdict {
  const trial = openTrial(plan, options);
  for (const event of events) trial.hear(event);
  return trial.conclude();
}

/** Opens a trial of a run that was to do `plan`. */
export function openTrial(plan: Plan, options: JudgeOptions = {}): Trial {
  const findings = new Findings();
  const report = (violation: Violation) => {
    findings.add(violation);
  };
  const optOuts = new OptOuts(plan, {
    graceMs: options.optOutGraceMs ?? DEFAULT_GRACE_MS,
    report,
  });
  const steps = new StepsRule(plan, {
    optOuts,
    partial: options.partial ?? false,
    allowedTexts: options.allowedTexts ?? new Set(),
    confirmation: plan.confirmation,
    report,
  });
  const caps = plan.caps.map((cap) => new CapRule(cap, report));
  const connections = new ConnectionsRule(report);
  const repeats = new RepeatsRule(options.repeatsAllowedFor, report);
  const confirmations = new ConfirmationsRule(plan.confirmation, report);
  const rules: readonly Rule[] = [optOuts, confirmations, steps, ...caps, connections, repeats];
  const tally = new Tally();
  return {
    hear(event) {
      tally.hear(event);
      for (const rule of rules) rule.hear(event);
    },
    conclude() {
      for (const rule of rules) rule.conclude?.();
      const capFigures = caps.map((cap) => cap.figures);
      return {
        ok: findings.none,
        violations: findings.kept,
        counts: findings.counts,
        figures: {
          contacts: plan.contacts.length,
          steps: plan.contacts.reduce((sum, { texts }) => sum + texts.length, 0),
          stepsSent: steps.stepsSent,
          ...tally.figures,
          ...repeats.figures,
          devices: plan.devices.length,
          devicesAtCap: new Set(capFigures.flatMap(({ devicesAtCap }) => devicesAtCap)).size,
          maxInWindow: Math.max(0, ...capFigures.map(({ maxInWindow }) => maxInWindow)),
          caps: capFigures,
          ...connections.figures,
          optOuts: optOuts.count,
          confirmations: confirmations.count,
        },
      };
    },
  };
}
