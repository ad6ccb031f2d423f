/**
 * The process between us and the servers. It belongs to no terminal, so Ctrl-C does not reach the servers before
 * the application closed its connections; and it outlives a parent that was killed just long enough to clean up.
 */
import { EmbeddedError } from './embedded-error.ts';
import { keepServers } from './keep-servers.ts';
import type { KeeperReport, KeeperSettings } from './keeper-messages.ts';

const settings = JSON.parse(process.argv[2] ?? '') as KeeperSettings;
// The servers' user must be able to run what we unpack, whatever the umask of the terminal.
process.umask(0o022);

/** Longer than the slowest orderly stop, 80 s of a durable PostgreSQL: something hangs, a network disk for example. */
const lastResortMs = 120_000;

const stopping = new AbortController();
const stop = () => {
  stopping.abort(new Error('asked to stop'));
  setTimeout(() => process.exit(1), lastResortMs).unref();
};
process.on('message', stop);
process.on('disconnect', stop);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
// The parent may have gone before we listened.
if (!process.connected) stop();

try {
  // oxlint-disable-next-line node/no-process-env -- this is a process's main file
  await keepServers(settings, { env: process.env, signal: stopping.signal, report: send });
} catch (error) {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  await deliver({
    kind: 'failed',
    code: error instanceof EmbeddedError ? error.code : 'start_failed',
    message,
    cause: cause instanceof Error ? cause.message : '',
  });
}
process.exit();

function send(report: KeeperReport): void {
  void deliver(report);
}

/** Resolves when the parent has it, or is gone. */
async function deliver(report: KeeperReport): Promise<void> {
  await new Promise<void>((resolve) => {
    if (!process.connected || process.send === undefined) return resolve();
    process.send(report, () => resolve());
  });
}
