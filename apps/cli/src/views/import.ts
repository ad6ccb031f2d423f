import type { ImportOutcome } from '@dripfleet/operations';
import type { ItemView } from '../output.ts';

/** `import`, when the file was taken. `rejectedPath` is where the rejected rows are, if there are any. */
export function importView(
  sequence: string,
  rejectedPath: string | undefined,
): ItemView<Extract<ImportOutcome, { kind: 'imported' }>> {
  return {
    text: ({ counts, dryRun, deviceIds }) =>
      [
        `${dryRun ? 'would be enrolled' : 'enrolled'} ${counts.enrolled} of ${counts.rows} rows in ${sequence}, on ${deviceIds.length} devices`,
        `already enrolled ${counts.alreadyEnrolled}, repeated ${counts.repeated}, rejected ${counts.rejected}`,
      ].join('\n'),
    json: ({ counts, dryRun, deviceIds }) => ({
      sequence,
      rows: counts.rows,
      enrolled: counts.enrolled,
      already_enrolled: counts.alreadyEnrolled,
      repeated: counts.repeated,
      rejected: counts.rejected,
      rejected_file: rejectedPath ?? null,
      devices: deviceIds.length,
      dry_run: dryRun,
    }),
    names: () => [sequence],
  };
}
