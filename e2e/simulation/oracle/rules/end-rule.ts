import type { RunRecord } from '../run-record.ts';
import type { Violation } from '../violation.ts';

type Row = RunRecord['dump']['sequence_contacts'][number];
type Delivery = RunRecord['dump']['deliveries'][number];

/** As often a message is sent again without an answer before an operator must decide. */
const resendsMax = 3;

/** Whether a run needs nothing more from the fleet: it has ended, or an operator must decide. */
export function isConcluded(row: Row): boolean {
  return row.status !== 'active' || row.dispatch_state === 'held';
}

/** Workers that lost the device with the row in hand, before it counts as what they died of. */
const lossesForPoison = 3;

/** When all has healed every run comes to its end; what was given up had a reason. */
export function judgeEnd(record: RunRecord): readonly Violation[] {
  const { dump } = record;
  return [
    ...dump.sequence_contacts.flatMap((row) => judgeRow(row, record)),
    ...dump.deliveries.flatMap((delivery) => judgeDelivery(delivery, record)),
  ];
}

function judgeRow(row: Row, { plan, evidence, endedAt: at }: RunRecord): readonly Violation[] {
  const { id, status, dispatch_state: state, next_step_key: step, exit_reason: reason } = row;
  if (!isConcluded(row)) {
    return [{ rule: 'stuck', at, detail: `run ${id} is ${state} at ${step ?? 'its end'}` }];
  }
  if (status !== 'exited') return [];
  const contact = plan.runs.find((run) => run.id === id)?.contact ?? '';
  if (reason === 'suppressed' && evidence.optOuts.has(contact)) return [];
  return [{ rule: 'lost', at, detail: `run ${id} was exited: ${reason ?? 'no reason'}` }];
}

function judgeDelivery(delivery: Delivery, record: RunRecord): readonly Violation[] {
  const { state, error_class: error, resends, to_jid: jid, sequence_contact_id: run } = delivery;
  if (delivery.step_key === 'opt-out') return [];
  const detail = `run ${run}: ${state} ${error ?? ''} ${delivery.error_code ?? ''}`;
  const isPoisoned = jid.startsWith(String(record.poisonedContact?.slice(1)));
  const condemned: Violation = { rule: 'condemned', at: record.endedAt, detail };
  const isSuspected =
    error === 'poison' && (record.evidence.losses.get(run) ?? 0) >= lossesForPoison;
  if (state === 'failed') return isPoisoned || isSuspected ? [] : [condemned];
  if (state !== 'uncertain') return [];
  const mayBeUncertain =
    isPoisoned ||
    isSuspected ||
    (error !== 'poison' && resends >= resendsMax) ||
    record.evidence.optOuts.has(`+${jid.split('@')[0]}`);
  return mayBeUncertain ? [] : [condemned];
}
