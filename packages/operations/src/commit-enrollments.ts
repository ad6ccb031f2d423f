import type { DeviceId } from '@dripfleet/domain';
import {
  type EnrollmentFacts,
  findEnrollmentFacts,
  insertContacts,
  insertSequenceContacts,
  lockContacts,
  type NewRun,
  type Queryable,
  shareDevices,
  shareSuppressions,
  updateContacts,
} from '@dripfleet/store';
import type { EnrollmentContext, WrittenOutcome } from './enrollment-context.ts';
import type { EnrollmentResult } from './enrollment-result.ts';
import { firstStep } from './first-step.ts';
import { judgeEnrollment } from './judge-enrollment.ts';
import type { Person } from './person.ts';

/** Somebody whose enrolment, or at least whose data, must be written. */
export type Candidate = Readonly<{
  person: Person & Readonly<{ phoneHash: Uint8Array }>;
  /** As read without a lock. */
  facts: EnrollmentFacts;
  /** Chosen; undefined when no enrolment is expected. */
  deviceId?: DeviceId;
}>;

/**
 * Writes candidates in one transaction: decides again behind the locks, so that of two imports of the same person one
 * enrolls and the other sees it, and a suppression is either seen or sees the new run. Locks: suppressions, devices,
 * contacts. Throws `DatabaseError`; then nothing has happened.
 */
export async function commitEnrollments(
  context: EnrollmentContext,
  candidates: readonly Candidate[],
): Promise<readonly EnrollmentResult[]> {
  const { db, sequence, devices } = context;
  const late: DeviceId[] = [];
  try {
    const results = await db.transaction(async (tx) => {
      const { facts, made } = await lockEverything(tx, context, candidates);
      const decided = candidates.map((candidate, index) => {
        const decision = decide(context, candidate, facts[index]);
        if (decision.run && !candidate.deviceId) late.push(decision.run.deviceId);
        return decision;
      });
      await updateContacts(
        tx,
        decided.flatMap(({ update }) => (update && !made.has(update.phone) ? update : [])),
      );
      const outcomes = await enroll(tx, sequence, decided);
      await context.note?.(tx, outcomes);
      return outcomes.map(({ result }) => result);
    });
    releaseUnused(devices, candidates, results);
    return results;
  } catch (error) {
    // The candidates keep the places that they were given before.
    for (const device of late) devices.release(device);
    throw error;
  }
}

async function lockEverything(
  tx: Queryable,
  { sequence }: EnrollmentContext,
  candidates: readonly Candidate[],
) {
  const people = candidates.map(({ person }) => person);
  await shareSuppressions(tx);
  await shareDevices(tx, [...new Set(candidates.flatMap(({ deviceId }) => deviceId ?? []))]);
  const unknown = candidates.filter(({ facts }) => facts.contactId === undefined);
  const made = await insertContacts(
    tx,
    unknown.map(({ person }) => person),
  );
  await lockContacts(
    tx,
    people.map(({ phone }) => phone),
  );
  return { facts: await findEnrollmentFacts(tx, sequence.id, people), made };
}

type Decision = WrittenOutcome &
  Readonly<{
    update?: Person & Readonly<{ contactId: NewRun['contactId'] }>;
    run?: NewRun;
  }>;

function decide(
  { sequence, devices }: EnrollmentContext,
  { person, deviceId }: Candidate,
  facts: EnrollmentFacts | undefined,
): Decision {
  const verdict = facts && judgeEnrollment(facts, sequence.definition.reenroll);
  if (!facts || !verdict) throw new Error('find-enrollment-facts.sql left a person out');
  const { contactId } = facts;
  if (verdict.kind === 'suppressed' || verdict.kind === 'repeated') {
    return { result: verdict, contactId };
  }
  if (contactId === undefined) throw new Error('a contact that was locked has vanished');
  const update = { ...person, contactId };
  if (verdict.kind !== 'enroll') return { result: verdict, contactId, update };
  const wish = { name: person.device, heardFrom: facts.heardFrom };
  const choice =
    deviceId === undefined ? devices.choose(wish) : { kind: 'chosen' as const, deviceId };
  if (choice.kind !== 'chosen') return { result: choice, contactId, update };
  const { dueAt } = firstStep(sequence, facts.now);
  const runNo = (facts.lastRun?.runNo ?? 0) + 1;
  const run = { contactId, runNo, deviceId: choice.deviceId, dueAt, importKey: person.importKey };
  const result = { kind: 'enrolled' as const, deviceId: choice.deviceId, dueAt };
  return { result, contactId, update, run };
}

async function enroll(
  tx: Queryable,
  sequence: EnrollmentContext['sequence'],
  decided: readonly Decision[],
): Promise<readonly WrittenOutcome[]> {
  const runs = decided.flatMap(({ run }) => run ?? []);
  const [first] = runs;
  if (!first) return decided.map(({ result, contactId }) => ({ result, contactId }));
  const { stepKey } = firstStep(sequence, first.dueAt);
  const target = { sequenceId: sequence.id, version: sequence.version, stepKey };
  const enrolled = await insertSequenceContacts(tx, target, runs);
  return decided.map(({ result, contactId, run }) => {
    // Only somebody who does not lock contacts can have come first.
    const late = run && !enrolled.has(run.contactId);
    return { result: late ? { kind: 'already_enrolled' } : result, contactId };
  });
}

function releaseUnused(
  devices: EnrollmentContext['devices'],
  candidates: readonly Candidate[],
  results: readonly EnrollmentResult[],
): void {
  for (const [index, { deviceId }] of candidates.entries()) {
    if (deviceId !== undefined && results[index]?.kind !== 'enrolled') devices.release(deviceId);
  }
}
