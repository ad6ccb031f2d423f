import os from 'node:os';

import { EmbeddedError } from './embedded-error.ts';
import { runCommand } from './run-command.ts';

export type ServerUser = Readonly<{ name: string; uid: number; gid: number }>;

/**
 * Whom the servers run as: undefined is the user of this process.
 *
 * PostgreSQL refuses to run as root, and nothing that listens on a port should. `postgres` exists where the
 * system's own PostgreSQL is installed, `nobody` everywhere.
 *
 * @throws {EmbeddedError} `start_failed`: no entry in the password file, which initdb insists on
 */
export async function findServerUser(env: NodeJS.ProcessEnv): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) {
    assertHasName();
    return undefined;
  }
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([askId('-u', name, env), askId('-g', name, env)]);
    if (uid !== undefined && gid !== undefined) return { name, uid, gid };
  }
  throw new EmbeddedError(
    'start_failed',
    'PostgreSQL does not run as root and this system has neither a user "postgres" nor "nobody": add one, or set DATABASE_URL.',
  );
}

function assertHasName(): void {
  try {
    os.userInfo();
  } catch (error) {
    throw new EmbeddedError(
      'start_failed',
      `PostgreSQL needs a user with a name and user id ${process.getuid?.()} has no entry in /etc/passwd: add one, or set DATABASE_URL.`,
      { cause: error },
    );
  }
}

async function askId(
  flag: string,
  name: string,
  env: NodeJS.ProcessEnv,
): Promise<number | undefined> {
  try {
    return Number(await runCommand('id', [flag, name], { env }));
  } catch {
    return undefined;
  }
}
