import { parseDefinition } from '@dripfleet/domain';
import { type Database, findSequence, getSettings, type SequenceStatus } from '@dripfleet/store';
import { DeviceChooser } from './device-chooser.ts';
import type { EnrollmentContext } from './enrollment-context.ts';
import { sequenceNotFound, type SequenceNotFound } from './sequence-not-found.ts';

export type OpenedEnrollment =
  | Readonly<{ kind: 'opened'; context: EnrollmentContext }>
  | SequenceNotFound
  /** Archived, or never published: nobody can be enrolled. */
  | Readonly<{ kind: 'closed'; status: SequenceStatus }>;

export type EnrollmentRequest = Readonly<{
  sequence: string;
  /** A device must have all of these to be chosen for a contact that names none. */
  deviceLabels?: Readonly<Record<string, string>> | undefined;
  dryRun?: boolean | undefined;
}>;

/** Looks up what an enrolment needs: the sequence's current edition, the devices, the installation's secret. */
export async function openEnrollment(
  db: Database,
  { sequence: name, deviceLabels = {}, dryRun = false }: EnrollmentRequest,
): Promise<OpenedEnrollment> {
  const found = await findSequence(db, name);
  if (!found) return await sequenceNotFound(db, name);
  if (found.status !== 'active' && found.status !== 'paused') {
    return { kind: 'closed', status: found.status };
  }
  const devices = await DeviceChooser.open(db, deviceLabels);
  const sequence = {
    id: found.sequenceId,
    name,
    status: found.status,
    version: found.version,
    definition: parseDefinition(found.definition),
  };
  const { secret } = await getSettings(db);
  const context = { db, sequence, devices, secret, dryRun, now: found.now };
  return { kind: 'opened', context };
}
