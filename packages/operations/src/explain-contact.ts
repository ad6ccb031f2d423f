import {
  type DurationMs,
  type Explanation,
  explainRun,
  type PacingPolicy,
  phoneHash,
  type Reason,
  type RunFacts,
} from '@dripfleet/domain';
import {
  type Database,
  type ExplainedRun,
  findExplanation,
  findSequence,
  getSettings,
  type Queryable,
  type RunHistory,
  listRunDeliveries,
} from '@dripfleet/store';
import { describeReason } from './describe-reason.ts';
import { findPacing } from './find-pacing.ts';
import { invalidPhone, type InvalidPhone } from './invalid-phone.ts';
import { listSteps, type ShownStep } from './list-steps.ts';
import { parsePhone } from './parse-phone.ts';
import type { ReasonText } from './reason-text.ts';
import { sequenceNotFound, type SequenceNotFound } from './sequence-not-found.ts';

export type ExplainRequest = Readonly<{
  sequence: string;
  phone: string;
  /** The environment's pacing, as far as the caller knows it. */
  defaults: PacingPolicy;
  /** A worker not heard from for so long is dead. */
  steal: DurationMs;
}>;

export type ExplainedReason = Reason & ReasonText;

export type ExplainOutcome =
  | Readonly<{
      kind: 'explained';
      verdict: Explanation['verdict'];
      /** The rules that say no, the first one first; empty: it is next to go. */
      reasons: readonly ExplainedReason[];
      facts: RunFacts;
      run: ExplainedRun;
      /** The steps of the run's edition, in order, and what became of each. */
      steps: readonly ShownStep[];
      /** The contact's runs before it, the latest first. */
      earlier: readonly RunHistory[];
    }>
  /** The contact, if there is one, never had a run in this sequence. */
  | Readonly<{ kind: 'not_enrolled'; isContact: boolean; suppressed: boolean }>
  | SequenceNotFound
  | InvalidPhone;

/** Runs of the past that are shown. */
const runsShown = 20;

/** Why a contact's next message of a sequence has not gone yet, or that it went. Changes nothing. Throws `DatabaseError`. */
export async function explainContact(
  db: Database,
  request: ExplainRequest,
): Promise<ExplainOutcome> {
  const parsed = parsePhone(request.phone);
  if (parsed.kind === 'refused') return invalidPhone(parsed);
  const sequence = await findSequence(db, request.sequence);
  if (!sequence) return await sequenceNotFound(db, request.sequence);
  const { secret } = await getSettings(db);
  const { sequenceId } = sequence;
  const { phone } = parsed;
  const subject = { sequenceId, phone, phoneHash: phoneHash(secret, phone) };
  const known = await findExplanation(db, subject, request.steal);
  if (!known) return await sequenceNotFound(db, request.sequence);
  const { contactId, suppressed, found: run } = known;
  if (!run || contactId === undefined)
    return { kind: 'not_enrolled', isContact: contactId !== undefined, suppressed };

  const facts: RunFacts = { ...run.facts, pace: await paceOf(db, run, request.defaults) };
  const explanation = explainRun(facts);
  const describe = (reason: Reason) => describeReason(reason, { facts, run, sequence });
  const history = await listRunDeliveries(db, { sequenceId, contactId }, runsShown);
  return {
    kind: 'explained',
    verdict: explanation.verdict,
    reasons: explanation.reasons.map((reason) => ({ ...reason, ...describe(reason) })),
    facts,
    run,
    steps: await listSteps(db, { sequenceId, run, history }),
    earlier: history.filter(({ runNo }) => runNo !== run.runNo),
  };
}

async function paceOf(
  db: Queryable,
  { device }: ExplainedRun,
  defaults: PacingPolicy,
): Promise<RunFacts['pace']> {
  const pacing = await findPacing(db, device, defaults);
  return pacing.kind === 'known' ? pacing.wait : 'unreadable';
}
