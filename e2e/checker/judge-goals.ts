import type { Figures } from './figures.ts';
import { type Goal, isPassed, type Measure } from './goal.ts';
import type { TimedGoal } from './judge-options.ts';
import { median } from './median.ts';
import type { ViolationKind } from './violation.ts';

/** What the goals are judged by. */
export interface Evidence {
  readonly counts: Readonly<Record<ViolationKind, number>>;
  readonly figures: Figures;
  /** Whether there is a log of what was done to the run. */
  readonly actionsKnown: boolean;
  /** Whether a repeat without a fault is a violation. */
  readonly repeatsJudged: boolean;
  readonly partial: boolean;
  readonly asked: ReadonlySet<TimedGoal>;
}

/** The reliability goals, each with its figures, and what this run says of it. */
export function judgeGoals(evidence: Evidence): readonly Goal[] {
  return [
    deliveries(evidence),
    simulation,
    repeats(evidence),
    owners(evidence),
    takeOvers(evidence),
    shutdowns(evidence),
  ];
}

const ofDeliveries: readonly ViolationKind[] = [
  'second_id',
  'id_reused',
  'order_broken',
  'step_missing',
  'step_invented',
  'sender_changed',
  'cap_passed',
  'sent_after_opt_out',
  'false_confirmation',
  'sent_while_paused',
];

function deliveries({ counts, figures, partial }: Evidence): Goal {
  const { accepted, faults } = figures;
  const measures = [
    count('sends', accepted),
    count('faults', faults.injected),
    count('devices struck', faults.devicesStruck),
    ...ofDeliveries.map((kind) => count(kind, counts[kind], 0)),
  ];
  const remarks = ['no windows in the plan', ...(partial ? ['the run goes on'] : [])];
  return conclude({ id: 'R1', title: 'once, in order, within all limits', measures, remarks });
}

const simulation: Goal = {
  id: 'R2',
  title: 'the same under a virtual clock',
  outcome: 'not_judged',
  measures: [],
  remarks: ['the simulation judges it'],
};

function repeats({ figures, counts, actionsKnown, repeatsJudged }: Evidence): Goal {
  const measures = [
    count('repeats', figures.repeats),
    count('explained by a fault each', figures.repeatsExplained),
    ...(repeatsJudged ? [count('unexplained_repeat', counts.unexplained_repeat, 0)] : []),
  ];
  const remarks = actionsKnown ? [] : ['no log of faults'];
  return conclude({ id: 'R3', title: 'same-id repeats', measures, remarks });
}

function owners({ counts, figures }: Evidence): Goal {
  const measures = [
    ...(['frame_of_non_owner', 'two_connections', 'conflict'] as const).map((kind) =>
      count(kind, counts[kind], 0),
    ),
    count('conflicts explained by a fault', figures.conflictsExplained),
    count('late frames explained', figures.framesExplained),
  ];
  return conclude({ id: 'R4', title: 'one owner of each device', measures, remarks: [] });
}

function takeOvers({ figures, asked }: Evidence): Goal {
  const { kills, awaited, back, first_ms: first, last_ms: last } = figures.takeOvers;
  const judged = asked.has('r5');
  const measures = [
    count('workers killed', kills),
    count('devices with work', awaited),
    count('back', back),
    ...times('first back', first, judged ? 28_000 : undefined),
    ...times('all back', last, judged ? 60_000 : undefined),
  ];
  const goal = { id: 'R5', title: 'take-over from a killed worker', measures } as const;
  return timed(goal, { judged, measured: back > 0 });
}

function shutdowns({ figures, asked }: Evidence): Goal {
  const { shutdowns: ends, duration_ms: lasted, cutOff } = figures.shutdowns;
  const judged = asked.has('r6');
  const measures = [
    count('workers ended by SIGTERM', ends),
    count('sends cut off', cutOff.length, judged ? 0 : undefined),
    ...times('ended after', lasted, judged ? 45_000 : undefined),
  ];
  const goal = { id: 'R6', title: 'shutdown', measures } as const;
  return timed(goal, { judged, measured: lasted.length > 0 });
}

/** A goal that was asked for and left nothing to measure was not reached. */
function timed(
  goal: Omit<Goal, 'outcome' | 'remarks'>,
  { judged, measured }: { judged: boolean; measured: boolean },
): Goal {
  if (measured) return conclude({ ...goal, remarks: [] });
  const remarks = ['nothing to measure'];
  return { ...goal, remarks, outcome: judged ? 'broken' : 'not_judged' };
}

function conclude(goal: Omit<Goal, 'outcome'>): Goal {
  const limited = goal.measures.filter(({ most }) => most !== undefined);
  if (limited.length === 0) return { ...goal, outcome: 'measured' };
  return { ...goal, outcome: limited.some(isPassed) ? 'broken' : 'held' };
}

function count(name: string, value: number, most?: number): Measure {
  return { name, value, unit: 'count', ...(most !== undefined && { most }) };
}

/** The longest, which the limit is for, and the median. */
function times(name: string, all: readonly number[], most?: number): readonly Measure[] {
  if (all.length === 0) return [];
  const longest = { name: `${name}, longest`, value: Math.max(...all), unit: 'ms' } as const;
  return [
    { ...longest, ...(most !== undefined && { most }) },
    { name: `${name}, median`, value: median(all), unit: 'ms' },
  ];
}
