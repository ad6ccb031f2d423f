/**
 * The environment servers and helper programs get: ours would let PGDATA, PGOPTIONS, LC_ALL and the like change
 * what they do, and a TMPDIR that cannot be written to break them.
 */
export function serverEnvironment(
  env: NodeJS.ProcessEnv,
  scratchFolder: string,
): NodeJS.ProcessEnv {
  return {
    PATH: env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: '/',
    LC_ALL: 'C',
    TZ: 'UTC',
    TMPDIR: scratchFolder,
  };
}
