import { closestNames } from '@dripfleet/domain';
import type { DeviceId, PhoneNumber } from '@dripfleet/domain';
import { enrollPeople } from './enroll-people.ts';
import type { EnrollmentContext } from './enrollment-context.ts';
import type { EnrollmentResult } from './enrollment-result.ts';
import type { Person } from './person.ts';
import type { RejectedRow } from './rejected-csv.ts';

/** A row of the file, ready to enroll. */
export type ImportRow = Readonly<{ line: number; cells: readonly string[]; person: Person }>;

export type BatchOutcome = {
  enrolled: number;
  alreadyEnrolled: number;
  repeated: number;
  rejected: RejectedRow[];
  devices: DeviceId[];
  /** Of those enrolled. */
  phones: PhoneNumber[];
};

/**
 * Enrolls at most 500 rows. A number that stands in several of them is enrolled once: the first row that can be
 * counts, the others are already enrolled, and what they say of the person is added to it.
 */
export async function importBatch(
  context: EnrollmentContext,
  rows: readonly ImportRow[],
): Promise<BatchOutcome> {
  const counts = { enrolled: 0, alreadyEnrolled: 0, repeated: 0 };
  const outcome: BatchOutcome = { ...counts, rejected: [], devices: [], phones: [] };
  let pending = rows;
  while (pending.length > 0) {
    const groups = [...groupByPhone(pending).values()];
    const results = await enrollPeople(context, groups.map(merge));
    const left: ImportRow[] = [];
    for (const [index, group] of groups.entries()) {
      const result = results[index];
      if (result) left.push(...record(outcome, { context, group, result }));
    }
    pending = left;
  }
  return outcome;
}

function groupByPhone(rows: readonly ImportRow[]): ReadonlyMap<PhoneNumber, ImportRow[]> {
  const groups = new Map<PhoneNumber, ImportRow[]>();
  for (const row of rows) {
    const group = groups.get(row.person.phone);
    if (group) group.push(row);
    else groups.set(row.person.phone, [row]);
  }
  return groups;
}

/** The first row's person, with what the later rows add. */
function merge(group: readonly ImportRow[]): Person {
  const [first, ...others] = group.map(({ person }) => person);
  if (!first) throw new Error('a group of rows is never empty');
  return others.reduce(
    (known, { name, timeZone, attributes }) => ({
      ...known,
      name: name ?? known.name,
      timeZone: timeZone ?? known.timeZone,
      attributes: { ...known.attributes, ...attributes },
    }),
    first,
  );
}

type Recorded = Readonly<{
  context: EnrollmentContext;
  group: readonly ImportRow[];
  result: EnrollmentResult;
}>;

/** Counts a group; the rows that must be tried by themselves are returned. */
function record(outcome: BatchOutcome, { context, group, result }: Recorded): readonly ImportRow[] {
  const [first, ...others] = group;
  if (!first) return [];
  switch (result.kind) {
    case 'enrolled':
      outcome.enrolled += 1;
      outcome.alreadyEnrolled += others.length;
      outcome.devices.push(result.deviceId);
      outcome.phones.push(first.person.phone);
      return [];
    case 'already_enrolled':
    case 'not_again':
      outcome.alreadyEnrolled += group.length;
      return [];
    case 'repeated':
      outcome.repeated += 1;
      // They were already enrolled when the first row was taken, and still are.
      outcome.alreadyEnrolled += others.length;
      return [];
    case 'suppressed':
    case 'unknown_device':
    case 'no_device':
    case 'refused':
      outcome.rejected.push({ ...first, ...explain(result, context) });
      return others;
    default:
      return result satisfies never;
  }
}

type Rejection = Extract<
  EnrollmentResult,
  { kind: 'suppressed' | 'unknown_device' | 'no_device' | 'refused' }
>;

function explain(
  rejection: Rejection,
  { devices }: EnrollmentContext,
): Pick<RejectedRow, 'column' | 'reason' | 'fix'> {
  switch (rejection.kind) {
    case 'suppressed':
      return {
        column: 'phone',
        reason: 'is suppressed',
        fix: 'remove the row; if the person agreed again, use dripfleet unsuppress first',
      };
    case 'unknown_device': {
      const [near] = closestNames(rejection.name, devices.names);
      const fix = near ? `did you mean ${near}?` : 'leave it empty, or add the device first';
      return { column: 'device', reason: 'is not a device', fix };
    }
    case 'no_device':
      return {
        column: 'device',
        reason: 'is empty, and no device can be chosen',
        fix: 'name a device, or add one that has the labels',
      };
    case 'refused':
      return {
        column: 'phone',
        reason: `belongs to a row that Postgres refused (${rejection.constraint ?? 'a type'})`,
        fix: 'report this',
      };
    default:
      return rejection satisfies never;
  }
}
