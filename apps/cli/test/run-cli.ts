import { PassThrough } from 'node:stream';
import { run } from '../src/run.ts';

export type CliResult = Readonly<{ code: number; stdout: string; stderr: string }>;

export type CliOptions = Readonly<{
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** What somebody types at a terminal, a line for each question; undefined: there is no terminal. */
  answers?: readonly string[];
}>;

/** The command line in this process: everything but main.ts, without the second that a process takes to start. */
export async function runCli(
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliResult> {
  const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const texts = { stdout: '', stderr: '' };
  stdout.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()));
  stderr.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
  const isTTY = options.answers !== undefined;
  for (const answer of options.answers ?? []) stdin.write(`${answer}\n`);
  const code = await run(args, {
    env: options.env ?? {},
    cwd: options.cwd ?? '/nowhere',
    stdin: Object.assign(stdin, { isTTY }) as unknown as NodeJS.ReadStream,
    stdout: Object.assign(stdout, { isTTY: false }) as unknown as NodeJS.WriteStream,
    stderr: Object.assign(stderr, { isTTY }) as unknown as NodeJS.WriteStream,
    actor: 'tester@host',
    interruptSignal: () => new AbortController().signal,
  });
  return { code, ...texts };
}
