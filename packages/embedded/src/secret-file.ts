import { randomBytes } from 'node:crypto';
import { chown, rm, writeFile } from 'node:fs/promises';

import type { ServerUser } from './server-user.ts';

/** 192 bits, in characters that need no quoting in a URL, a shell or a configuration file. */
export function makePassword(): string {
  return randomBytes(24).toString('hex');
}

/**
 * Writes a line that `owner` alone can read, default the user of this process; replaces what was there.
 *
 * Servers get passwords this way because every user of the machine sees a process's arguments.
 */
export async function writeSecretFile(
  file: string,
  line: string,
  owner: ServerUser | undefined,
): Promise<void> {
  await rm(file, { force: true });
  // Made anew, so that neither an older mode nor a link somebody laid there counts.
  await writeFile(file, `${line}\n`, { flag: 'wx', mode: 0o600, flush: true });
  if (owner) await chown(file, owner.uid, owner.gid);
}
