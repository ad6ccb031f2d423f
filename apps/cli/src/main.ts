#!/usr/bin/env node
import { hostname, userInfo } from 'node:os';
import { run } from './run.ts';

/** Who the audit says it was. A container's user may have no name. */
function actorName(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}@${hostname()}`;
  }
}

function interruptSignal(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => interrupted.abort(new Error('interrupted')));
  return interrupted.signal;
}

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

// The process ends by itself once everything is closed: an exit() could cut off what stdout still holds.
process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  actor: actorName(),
  interruptSignal,
});
