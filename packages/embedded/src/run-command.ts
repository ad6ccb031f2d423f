import { execFile } from 'node:child_process';

export type CommandOptions = Readonly<{
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** Whom it runs as; default: the user of this process. */
  user?: Readonly<{ uid: number; gid: number }> | undefined;
  /** Written to the program's standard input. */
  input?: string;
  signal?: AbortSignal;
  timeoutMs?: number;
}>;

type Outcome = Readonly<{ error: Error | null; stdout: string; stderr: string }>;

/** A program that could not be run or did not exit with 0. The message holds what it wrote. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code = 'command_failed';
}

/**
 * Runs a helper program to its end and returns its standard output.
 *
 * Settles only when the program is gone, also when aborted: its files are removed next.
 * The working directory defaults to `/`, because another user may not be allowed into ours.
 *
 * @throws {CommandError} it is missing, failed, was aborted, or passed `timeoutMs` (default 60 s)
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  { env, cwd = '/', user, input = '', signal, timeoutMs = 60_000 }: CommandOptions,
): Promise<string> {
  return await new Promise<string>((resolve, reject) => {
    let outcome: Outcome | undefined;
    const options = {
      env,
      cwd,
      timeout: timeoutMs,
      maxBuffer: 16 * 1024 * 1024,
      ...(user && { uid: user.uid, gid: user.gid }),
      ...(signal && { signal }),
    };
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      outcome = { error, stdout, stderr };
    });
    // The callback comes early on an abort; `close` follows it, when the process is gone.
    child.once('close', () => {
      if (outcome?.error === null) return resolve(outcome.stdout);
      const said = outcome?.stderr.trim() || outcome?.stdout.trim() || outcome?.error.message;
      return reject(
        new CommandError(`${file} ${args[0] ?? ''}: ${said}`, { cause: outcome?.error }),
      );
    });
    // A program that ends without reading its input is judged by its exit code.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
