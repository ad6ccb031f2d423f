import type { Logger } from 'pino';
import { ConfigError } from './config-error.ts';
import { openLogger } from './logger.ts';

export type ProcessContext = Readonly<{
  env: NodeJS.ProcessEnv;
  /** Without the program's own name. */
  argv: readonly string[];
  logger: Logger;
  /** Aborts when the process was asked to stop. */
  stopping: AbortSignal;
  /** Registers a step of the stop; the last registered runs first. A failing step does not keep the others. */
  onStop(name: string, stop: () => Promise<unknown> | void): void;
  /** Says that this process works now; a parent that forked it gets `{ ready: facts }` over IPC. */
  ready(facts: Readonly<Record<string, string | number>>): void;
}>;

/**
 * Runs one process from start to exit: `start` opens things and registers how to close them, then it waits for
 * SIGTERM, SIGINT or the death of the parent that forked it, and closes in reverse.
 *
 * Exit code 0 after an orderly stop, 2 when the settings are wrong, 1 when the start or a stop step failed. A second
 * signal ends the process at once.
 */
export async function runProcess(
  name: string,
  start: (context: ProcessContext) => Promise<void>,
): Promise<void> {
  const { env } = process;
  const logger = openLogger({ name, level: env['LOG_LEVEL'] || 'info' });
  const stopSteps: { name: string; stop: () => Promise<unknown> | void }[] = [];
  const stopping = new AbortController();
  listenForStop(stopping);
  let code = 0;
  try {
    await start({
      env,
      argv: process.argv.slice(2),
      logger,
      stopping: stopping.signal,
      onStop: (step, stop) => stopSteps.push({ name: step, stop }),
      ready: (facts) => {
        logger.info(facts, 'process.ready');
        if (process.connected) process.send?.({ ready: facts });
      },
    });
    await aborted(stopping.signal);
    logger.info({}, 'process.stopping');
  } catch (error) {
    code = error instanceof ConfigError ? 2 : 1;
    // Somebody at a terminal or in a deployment's log has to mend it: no JSON, no stack.
    if (error instanceof ConfigError) process.stderr.write(`${name}: ${error.message}\n`);
    else logger.fatal({ err: error }, 'process.start_failed');
  }
  for (const step of stopSteps.toReversed()) {
    try {
      await step.stop();
    } catch (error) {
      code ||= 1;
      logger.error({ err: error, step: step.name }, 'process.stop_step_failed');
    }
  }
  if (code !== 2) logger.info({ code }, 'process.stopped');
  process.exit(code);
}

function listenForStop(stopping: AbortController): void {
  const stop = (signal: NodeJS.Signals) => {
    if (stopping.signal.aborted) process.exit(1);
    stopping.abort(new Error(`stopped by ${signal}`));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // A forked child outlives a killed parent unless it looks: the closed IPC channel is the sign.
  if (process.connected) process.on('disconnect', () => stopping.abort(new Error('parent gone')));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
