import { assertNever } from '@dripfleet/domain';
import { drawOperation } from './operations/draw-operation.ts';
import type { Operation, View } from './operations/operation.ts';

/** One entry of a history. */
export type Move =
  | Readonly<{ kind: 'time'; ms: number }>
  | Readonly<{ kind: 'alone'; operation: Operation }>
  | Together;

/**
 * One operation in a transaction that stays open while another connection does the second. `commit`, `rollback`: then the
 * first ends so, and the second goes on if it had to wait. `timeout`: the second is given no more time, and the first
 * commits after it.
 */
export type Together = Readonly<{
  kind: 'together';
  first: Operation;
  second: Operation;
  /** The first stops after so many statements and does the rest behind the second; undefined: after all of them. */
  heldAfter: number | undefined;
  /** From the first's statements to the second's, ms. */
  passes: number;
  end: 'commit' | 'rollback' | 'timeout';
}>;

const minute = 60_000;

export function drawMove(view: View): Move {
  const { random } = view;
  const kind = random.weighted([
    [2, 'time'],
    [5, 'alone'],
    [5, 'together'],
  ] as const);
  switch (kind) {
    case 'time':
      return {
        kind,
        ms: random.pick([1, 1_000, 10_000, 25_000, 5 * minute, 61 * minute, 300 * minute]),
      };
    case 'alone':
      return { kind, operation: drawOperation(view) };
    case 'together': {
      const first = drawOperation(view);
      return {
        kind,
        first,
        // Now and then the very same: whoever got no answer asks again.
        second: random.chance(15) ? first : drawRelated(view, first),
        heldAfter: random.chance(40) ? 1 + random.int(4) : undefined,
        passes: random.pick([0, 0, 1, 3_000]),
        end: random.weighted([
          [6, 'commit'],
          [3, 'rollback'],
          [1, 'timeout'],
        ] as const),
      };
    }
    default:
      return assertNever(kind);
  }
}

/** Of some operations the one that has most in common with another, so that they meet often. */
function drawRelated(view: View, other: Operation): Operation {
  const named = namesIn(other);
  const candidates = Array.from({ length: 1 + view.random.int(5) }, () => drawOperation(view));
  const shared = (candidate: Operation): number =>
    [...namesIn(candidate)].filter((name) => named.has(name)).length;
  return candidates.reduce((best, next) => (shared(next) > shared(best) ? next : best));
}

/** The rows that an operation names, such as `"deviceId":1`. */
function namesIn({ input }: Operation): ReadonlySet<string> {
  const text = JSON.stringify(input);
  return new Set(text.match(/"(?:sequenceContactId|deviceId|device|phone|messageId)":[^,}\]]+/g));
}

/** A history as lines to read. */
export function describeMove(move: Move): string {
  switch (move.kind) {
    case 'time':
      return `time passes: ${move.ms} ms`;
    case 'alone':
      return describe(move.operation);
    case 'together':
      return [
        `together, first ${move.heldAfter === undefined ? 'whole' : `up to statement ${move.heldAfter}`}, ` +
          `${move.passes} ms between, then ${move.end}:`,
        `    ${describe(move.first)}`,
        `    ${describe(move.second)}`,
      ].join('\n');
    default:
      return assertNever(move);
  }
}

function describe({ name, input }: Operation): string {
  return `${name} ${JSON.stringify(input, (_, value: unknown) => (isBuffer(value) ? 'bytes' : value))}`;
}

function isBuffer(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
}
