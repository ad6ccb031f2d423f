import { CapHistory } from './cap-history.ts';
import { Faults } from './faults.ts';
import type { Figures } from './figures.ts';
import type { JudgeOptions } from './judge-options.ts';
import { Pauses } from './pauses.ts';
import type { Plan } from './plan.ts';
import type { Rule } from './rule.ts';
import { CapRule } from './rules/cap-rule.ts';
import { ConfirmationsRule } from './rules/confirmations-rule.ts';
import { ConnectionsRule } from './rules/connections-rule.ts';
import { OptOuts } from './rules/opt-outs.ts';
import { PauseRule } from './rules/pause-rule.ts';
import { RepeatsRule } from './rules/repeats-rule.ts';
import { ShutdownsRule } from './rules/shutdowns-rule.ts';
import { StepsRule } from './rules/steps-rule.ts';
import { TakeOversRule } from './rules/take-overs-rule.ts';
import type { TallyFigures } from './tally.ts';
import type { Report } from './violation.ts';

/** A frame of a session that heard the STOP is out within milliseconds; a second is for a busy machine. */
const OPT_OUT_GRACE_MS = 1_000;
/** A decision is written out in milliseconds too, but several round trips may lie between on a session that is new. */
const PAUSE_GRACE_MS = 5_000;
/** Until a device is another's (24 s), which waits for receipts (20 s) before it sends again what may have left. */
const FAULT_GRACE_MS = 60_000;

export interface Rules {
  /** In the order in which they must hear each line. */
  readonly all: readonly Rule[];
  figures(): Omit<Figures, keyof TallyFigures>;
}

/** Every rule of a run, and what they counted. */
export function openRules(plan: Plan, options: JudgeOptions & { readonly report: Report }): Rules {
  const { actions = [], partial = false, repeatsAllowedFor: allowedFor, report } = options;
  const { pauseGraceMs = PAUSE_GRACE_MS, faultGraceMs = FAULT_GRACE_MS } = options;
  const { optOutGraceMs: graceMs = OPT_OUT_GRACE_MS, stopsAreKept = false } = options;
  const faults = new Faults(actions, { partial });
  const pauses = new Pauses(actions);
  const history = new CapHistory(plan.caps, actions);
  const optOuts = new OptOuts(plan, {
    actions,
    faults,
    graceMs,
    pauseGraceMs,
    stopsAreKept,
    report,
  });
  const steps = new StepsRule(plan, {
    optOuts,
    pauses,
    partial,
    allowedTexts: options.allowedTexts ?? new Set(),
    confirmation: plan.confirmation,
    report,
  });
  const takeOvers = new TakeOversRule(plan, { faults, pauses, steps });
  const caps = history.caps.map((cap) => new CapRule(cap, { history, report }));
  const connections = new ConnectionsRule({ faults, faultGraceMs, report });
  const faultsKnown = options.actions !== undefined;
  const repeats = new RepeatsRule({ faults, faultGraceMs, faultsKnown, allowedFor, report });
  const confirmations = new ConfirmationsRule(plan.confirmation, report);
  const paused = new PauseRule({ pauses, faults, graceMs: pauseGraceMs, report });
  const shutdowns = new ShutdownsRule(faults);
  return {
    // Take-overs ask the steps what was sent before this line.
    all: [
      takeOvers,
      optOuts,
      confirmations,
      steps,
      ...caps,
      connections,
      repeats,
      paused,
      shutdowns,
    ],
    figures() {
      const capFigures = caps.map((cap) => cap.figures);
      return {
        contacts: plan.contacts.length,
        steps: plan.contacts.reduce((sum, { texts }) => sum + texts.length, 0),
        stepsSent: steps.stepsSent,
        ...repeats.figures,
        devices: plan.devices.length,
        devicesAtCap: new Set(capFigures.flatMap(({ devicesAtCap }) => devicesAtCap)).size,
        maxInWindow: Math.max(0, ...capFigures.map(({ maxInWindow }) => maxInWindow)),
        caps: capFigures,
        ...connections.figures,
        ...optOuts.figures,
        confirmations: confirmations.count,
        ...paused.figures,
        faults: faults.count(plan.devices.length),
        takeOvers: takeOvers.figures,
        shutdowns: shutdowns.figures,
      };
    },
  };
}
