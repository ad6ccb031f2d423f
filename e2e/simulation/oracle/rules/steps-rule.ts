import { acceptedMessages, findStep, type RunRecord } from '../run-record.ts';
import type { Violation } from '../violation.ts';

/** Each step under one id, in order, none left out; nothing that was not asked for; one confirmation of an opt-out. */
export function judgeSteps(record: RunRecord): readonly Violation[] {
  const { plan, log, dump, confirmation } = record;
  const violations: Violation[] = [];
  const accuse = (rule: Violation['rule'], at: number, detail: string) =>
    violations.push({ rule, at, detail });
  const ids = new Map<string, string>();
  const firsts = new Map<number, Map<number, number>>();
  const confirmed = new Map<string, string>();
  for (const message of acceptedMessages(log)) {
    const { at, id, to, text } = message;
    if (text === confirmation) {
      const key = `${message.device} ${to}`;
      if (confirmed.has(key)) accuse('confirmation_repeated', at, `to ${to}`);
      confirmed.set(key, id);
      continue;
    }
    const found = findStep(plan, message);
    if (!found) {
      accuse('unplanned', at, `"${text}" to ${to}`);
      continue;
    }
    const { run, step } = found;
    const key = `${run.id}/${step}`;
    if ((ids.get(key) ?? id) !== id)
      accuse('different_id', at, `step ${step + 1} of run ${run.id}`);
    ids.set(key, id);
    const own = firsts.get(run.id) ?? new Map<number, number>();
    firsts.set(run.id, own);
    if (step > 0 && !own.has(step - 1)) {
      accuse('order', at, `step ${step + 1} of run ${run.id} came before step ${step}`);
    }
    if (!own.has(step)) own.set(step, at);
  }
  for (const run of plan.runs) {
    const row = dump.sequence_contacts.find(({ id }) => id === run.id);
    if (row?.status !== 'completed') continue;
    for (const step of run.texts.keys()) {
      if (!firsts.get(run.id)?.has(step)) {
        accuse('lost', record.endedAt, `step ${step + 1} of run ${run.id}, which is completed`);
      }
    }
  }
  return violations;
}
