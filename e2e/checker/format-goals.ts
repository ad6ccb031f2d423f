import { seconds } from './format-figures.ts';
import { type Goal, isPassed, type Measure } from './goal.ts';

const marks = { held: '✓', broken: '✗', measured: '·', not_judged: '·' } as const;

/** A line for each goal: its figures, and of the counts that must be zero only those that are not. */
export function formatGoals(goals: readonly Goal[]): readonly string[] {
  return goals.map((goal) => {
    const told = goal.measures.filter(
      (measure) => measure.most !== 0 || measure.unit === 'ms' || isPassed(measure),
    );
    const text = [...told.map(describe), ...goal.remarks].join(', ');
    return `${marks[goal.outcome]} ${goal.id}  ${goal.title.padEnd(36)}${text}`.trimEnd();
  });
}

function describe(measure: Measure): string {
  const { name, value, unit, most } = measure;
  if (unit === 'count') return `${value} ${name}`;
  const limit =
    most === undefined ? '' : ` (${isPassed(measure) ? 'more than' : 'at most'} ${seconds(most)})`;
  return `${name} ${seconds(value)}${limit}`;
}
