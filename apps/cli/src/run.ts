import { CommanderError } from 'commander';
import { Connections } from './connections.ts';
import { describeError } from './describe-error.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-codes.ts';
import { buildProgram } from './program.ts';
import type { Runtime } from './runtime.ts';

/** Runs one command from its arguments to its exit code; everything it opened is closed. */
export async function run(argv: readonly string[], runtime: Runtime): Promise<ExitCode> {
  const connections = new Connections(runtime.env, runtime.cwd);
  let code: ExitCode = exitCodes.done;
  const program = buildProgram(runtime, connections, (outcome) => {
    code = outcome;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    code = exitCodeOf(error);
    // commander has said its own.
    if (!(error instanceof CommanderError))
      runtime.stderr.write(`${describeError(error, connections)}${stackOf(error, runtime.env)}\n`);
  } finally {
    await connections.close();
  }
  return code;
}

function stackOf(error: unknown, env: NodeJS.ProcessEnv): string {
  return env['LOG_LEVEL'] === 'debug' && error instanceof Error ? `\n${error.stack ?? ''}` : '';
}
