import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';

/** The file a shell would run for `program`, or undefined. */
export async function findOnPath(
  program: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    const file = path.resolve(folder, program);
    try {
      await access(file, constants.X_OK);
      return file;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/** `DRIPFLEET_NO_SYSTEM_SERVERS=1` is for tests: behaves as on a machine where no server is installed. */
export function mayUseSystemServers(env: NodeJS.ProcessEnv): boolean {
  return env['DRIPFLEET_NO_SYSTEM_SERVERS'] !== '1';
}
