// Mirrors packages/store/sql/finish-deliveries.sql.
import { locked } from '../locking.ts';
import { parameters } from '../parameters.ts';
import { runsOf } from '../picking.ts';
import type { DeliveryRow, DeliveryState, SequenceContactRow } from '../rows.ts';
import type { Statement, StatementContext } from '../statement-context.ts';

type Given = Readonly<{
  id: number;
  stepKey: string;
  attempt: number | null;
  state: DeliveryState;
  errorClass: string | null;
  errorCode: string | null;
  move: string;
  nextStepKey: string | null;
  dueInMs: number | null;
}>;

type Judged = Readonly<{
  given: Given;
  run: SequenceContactRow | undefined;
  delivery: DeliveryRow | undefined;
  outcome: 'unknown' | 'already' | 'stored';
}>;

export const finishDeliveries: Statement = (tx, values) => {
  const given = givenBy(values);
  const runs = locked(tx, {
    table: 'sequence_contacts',
    mode: 'no key update',
    rows: runsOf(
      tx,
      given.map(({ id }) => id),
    ),
  });
  const byId = new Map(runs.map((run) => [run.id, run]));
  // In the order of the ids, as they are locked; it is answered in the order of the arrays.
  const deliveries = new Map<Given, DeliveryRow>();
  for (const one of given.toSorted((a, b) => a.id - b.id)) {
    const delivery = runs.length > 0 && tx.get('deliveries', one.id, one.stepKey, 0);
    if (!delivery) continue;
    tx.lock('deliveries', delivery, 'no key update');
    deliveries.set(one, delivery);
  }
  const judged = given.map((one): Judged => {
    const delivery = deliveries.get(one);
    return { given: one, run: byId.get(one.id), delivery, outcome: judge(one, delivery) };
  });
  for (const one of judged) {
    store(tx, one);
    move(tx, one);
  }
  return judged.map(({ outcome }, position) => ({ position, outcome }));
};

function givenBy(values: readonly unknown[]): readonly Given[] {
  const $ = parameters(values);
  const [stepKeys, attempts, states] = [$.texts(2), $.numbersOrNull(3), $.texts(4)];
  const [errorClasses, errorCodes, moves] = [$.textsOrNull(5), $.textsOrNull(6), $.texts(7)];
  const [nextStepKeys, dueInMs] = [$.textsOrNull(8), $.numbersOrNull(9)];
  return $.numbers(1).map((id, index) => ({
    id,
    stepKey: stepKeys[index] ?? '',
    attempt: attempts[index] ?? null,
    state: states[index] as DeliveryState,
    errorClass: errorClasses[index] ?? null,
    errorCode: errorCodes[index] ?? null,
    move: moves[index] ?? '',
    nextStepKey: nextStepKeys[index] ?? null,
    dueInMs: dueInMs[index] ?? null,
  }));
}

function judge(given: Given, delivery: DeliveryRow | undefined): Judged['outcome'] {
  if (!delivery) return 'unknown';
  if (isFinal(delivery.state)) return 'already';
  if (given.state === 'sent') return 'stored';
  const isOfThis = given.attempt === null || delivery.attempts === given.attempt;
  return delivery.state === 'sending' && isOfThis ? 'stored' : 'already';
}

function store(tx: StatementContext, { given, delivery, outcome }: Judged): void {
  if (outcome !== 'stored' || !delivery) return;
  const wasNoResend = given.state === 'sending' && given.errorClass === 'not_sent';
  tx.update('deliveries', delivery, {
    state: given.state,
    concluded_at: tx.now,
    resends: delivery.resends - (wasNoResend ? 1 : 0),
    acked_at: given.state === 'sent' ? (delivery.acked_at ?? tx.now) : delivery.acked_at,
    error_class: given.errorClass,
    error_code: given.errorCode,
  });
}

function move(tx: StatementContext, { given, run, delivery, outcome }: Judged): void {
  if (!run || run.next_step_key !== given.stepKey) return;
  const isMoved =
    (outcome === 'stored' && given.state !== 'sending') ||
    (delivery !== undefined && isFinal(delivery.state) && run.dispatch_state === 'queued');
  if (isMoved) {
    tx.update('sequence_contacts', run, {
      dispatch_state: given.move === 'hold' && run.status === 'active' ? 'held' : 'idle',
      ...(run.status === 'active' && goOn(given, run, tx.now)),
      crash_count: 0,
      assigned_worker_id: null,
      worker_assigned_at: null,
    });
  } else if (outcome === 'stored' && given.state === 'sending' && run.crash_count !== 0) {
    tx.update('sequence_contacts', run, { crash_count: 0 });
  }
}

function goOn(given: Given, run: SequenceContactRow, now: number): Partial<SequenceContactRow> {
  const next_trigger_time = given.dueInMs === null ? null : now + given.dueInMs;
  switch (given.move) {
    case 'next':
      // A null here is refused by the table, as in Postgres.
      return { next_step_key: given.nextStepKey, ...({ next_trigger_time } as object) };
    case 'wait':
      return { ...({ next_trigger_time } as object) };
    case 'complete':
      return { next_step_key: null, status: 'completed', finished_at: now };
    case 'exit':
      return {
        next_step_key: null,
        status: 'exited',
        exit_reason: given.errorCode,
        finished_at: now,
      };
    default:
      return { next_step_key: run.next_step_key };
  }
}

const isFinal = (state: DeliveryState) =>
  state === 'sent' || state === 'failed' || state === 'cancelled';
