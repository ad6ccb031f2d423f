import { type Queryable, type ResumedDevice, resumeDevices as writeResume } from '@dripfleet/store';
import { inChunks } from './in-chunks.ts';
import type { ControlRequest } from './pause-devices.ts';
import { resolveDevices } from './resolve-devices.ts';

/**
 * Lets devices send again, after a pause, a drain or a refusal of the account by the network.
 * Repeating it changes nothing. Throws `DeviceError` `not_found`.
 */
export async function resumeDevices(
  db: Queryable,
  { selector, reason, actor }: Omit<ControlRequest, 'steal'>,
): Promise<readonly ResumedDevice[]> {
  const devices = (await resolveDevices(db, selector)).map(({ deviceId }) => deviceId);
  const results: ResumedDevice[] = [];
  for (const chunk of inChunks(devices))
    results.push(...(await writeResume(db, chunk, { reason, actor })));
  return results;
}
