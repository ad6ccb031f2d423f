import type { Figures } from './figures.ts';
import { Findings } from './findings.ts';
import type { Goal } from './goal.ts';
import { judgeGoals } from './judge-goals.ts';
import type { JudgeOptions } from './judge-options.ts';
import type { LedgerEvent } from './ledger-event.ts';
import { openRules } from './open-rules.ts';
import type { Plan } from './plan.ts';
import { Tally } from './tally.ts';
import type { Violation, ViolationKind } from './violation.ts';

export interface Verdict {
  /** No violation, and no goal broken that was asked for. */
  readonly ok: boolean;
  /** The first thousand of each kind; `counts` has them all. */
  readonly violations: readonly Violation[];
  readonly counts: Readonly<Record<ViolationKind, number>>;
  readonly goals: readonly Goal[];
  readonly figures: Figures;
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
  const rules = openRules(plan, {
    ...options,
    report: (violation) => {
      findings.add(violation);
    },
  });
  const tally = new Tally();
  return {
    hear(event) {
      tally.hear(event);
      for (const rule of rules.all) rule.hear(event);
    },
    conclude() {
      for (const rule of rules.all) rule.conclude?.();
      const figures = { ...tally.figures, ...rules.figures() };
      const actionsKnown = options.actions !== undefined;
      const goals = judgeGoals({
        counts: findings.counts,
        figures,
        actionsKnown,
        repeatsJudged: actionsKnown || options.repeatsAllowedFor !== undefined,
        partial: options.partial ?? false,
        asked: options.goals ?? new Set(),
      });
      return {
        ok: findings.none && goals.every(({ outcome }) => outcome !== 'broken'),
        violations: findings.kept,
        counts: findings.counts,
        goals,
        figures,
      };
    },
  };
}
