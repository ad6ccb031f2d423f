import { phoneHash } from '@dripfleet/domain';
import { DatabaseError, type EnrollmentFacts, findEnrollmentFacts } from '@dripfleet/store';
import { type Candidate, commitEnrollments } from './commit-enrollments.ts';
import type { EnrollmentContext } from './enrollment-context.ts';
import type { EnrollmentResult } from './enrollment-result.ts';
import { firstStep } from './first-step.ts';
import { judgeEnrollment } from './judge-enrollment.ts';
import type { Person } from './person.ts';

/**
 * Enrolls at most 500 people with different numbers, and updates what is known of those that cannot be enrolled now;
 * the results are in their order.
 *
 * One transaction; it waits for locked rows and starts again after a lost race. When Postgres refuses the content of
 * one row, the others go through without it. Throws `DatabaseError` when Postgres is unreachable: then all or nothing
 * has happened, and to ask again is safe. A dry run answers the same and changes nothing.
 */
export async function enrollPeople(
  context: EnrollmentContext,
  people: readonly Person[],
): Promise<readonly EnrollmentResult[]> {
  if (people.length === 0) return [];
  const { db, sequence, secret } = context;
  const subjects = people.map((one) => ({ ...one, phoneHash: phoneHash(secret, one.phone) }));
  const facts = await findEnrollmentFacts(db, sequence.id, subjects);
  const prepared = subjects.map((person, index) => prepare(context, person, facts[index]));
  const candidates = prepared.flatMap(({ candidate }) => candidate ?? []);
  const results = context.dryRun ? [] : await commitAll(context, candidates);
  let next = 0;
  return prepared.map(({ expected, candidate }) => {
    return candidate ? (results[next++] ?? expected) : expected;
  });
}

type Prepared = Readonly<{
  /** What will come of it unless something changes first. */
  expected: EnrollmentResult;
  /** Undefined when nothing can change any more. */
  candidate?: Candidate;
}>;

/** Decides without locks, and chooses devices: theirs are the first locks of the transaction. */
function prepare(
  { sequence, devices }: EnrollmentContext,
  person: Candidate['person'],
  facts: EnrollmentFacts | undefined,
): Prepared {
  if (!facts) throw new Error('find-enrollment-facts.sql left a person out');
  const verdict = judgeEnrollment(facts, sequence.definition.reenroll);
  if (verdict.kind === 'suppressed' || verdict.kind === 'repeated') return { expected: verdict };
  if (person.device !== undefined && !devices.has(person.device)) {
    return { expected: { kind: 'unknown_device', name: person.device } };
  }
  if (verdict.kind !== 'enroll') return { expected: verdict, candidate: { person, facts } };
  const choice = devices.choose({ name: person.device, heardFrom: facts.heardFrom });
  if (choice.kind !== 'chosen') return { expected: choice };
  const { deviceId } = choice;
  const { dueAt } = firstStep(sequence, facts.now);
  return {
    expected: { kind: 'enrolled', deviceId, dueAt },
    candidate: { person, facts, deviceId },
  };
}

/** A lost race is run again: Postgres has waited for the lock, or for the deadlock to show, so nobody spins here. */
const racesMax = 5;

async function commitAll(
  context: EnrollmentContext,
  candidates: readonly Candidate[],
  race = 1,
): Promise<readonly EnrollmentResult[]> {
  if (candidates.length === 0) return [];
  try {
    return await commitEnrollments(context, candidates);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    if (error.code === 'conflict' && race < racesMax) {
      return await commitAll(context, candidates, race + 1);
    }
    if (error.code !== 'bad_row') throw error;
    return await commitHalves(context, candidates, error);
  }
}

async function commitHalves(
  context: EnrollmentContext,
  candidates: readonly Candidate[],
  error: DatabaseError,
): Promise<readonly EnrollmentResult[]> {
  const [only] = candidates;
  if (candidates.length === 1 && only) {
    if (only.deviceId !== undefined) context.devices.release(only.deviceId);
    return [{ kind: 'refused', constraint: error.constraint }];
  }
  const half = Math.ceil(candidates.length / 2);
  const first = await commitAll(context, candidates.slice(0, half));
  return [...first, ...(await commitAll(context, candidates.slice(half)))];
}
