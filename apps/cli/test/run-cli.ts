import { PassThrough } from 'node:stream';
import { run } from '../src/run.ts';

export type CliResult = Readonly<{ code: number; stdout: string; stderr: string }>;

export type CliOptions = Readonly<{
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** What somebody types at a terminal, a line for each question; undefined: there is no terminal. */
  answers?: readonly string[];
  /** What is piped in; there is no terminal to type at then. */
  piped?: string;
  /** Called at the start with the stream that is printed to. */
  onStart?(streams: Readonly<{ stdout: PassThrough }>): void;
  /** Called at the start with what presses keys, at a terminal. */
  keyboard?(press: (keys: string) => void): void;
  /** Whether what is printed is looked at on a terminal; without, only questions are asked on one. */
  screen?: boolean;
  /** Ctrl-C. */
  interrupt?: AbortSignal;
  /** Called with everything printed so far, each time when there is more. */
  onPrinted?(texts: Readonly<{ stdout: string; stderr: string }>): void;
}>;

/** Of a terminal. */
const size = { rows: 24, columns: 120 };

/** The command line in this process: everything but main.ts, without the second that a process takes to start. */
export async function runCli(
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliResult> {
  const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const texts = { stdout: '', stderr: '' };
  const collect = (name: keyof typeof texts) => (chunk: Buffer) => {
    texts[name] += chunk.toString();
    options.onPrinted?.(texts);
  };
  stdout.on('data', collect('stdout'));
  stderr.on('data', collect('stderr'));
  const screen = options.screen === true;
  const isTTY = screen || options.answers !== undefined;
  for (const answer of options.answers ?? []) stdin.write(`${answer}\n`);
  if (options.piped !== undefined) stdin.end(options.piped);
  options.onStart?.({ stdout });
  options.keyboard?.((keys) => stdin.write(keys));
  const code = await run(args, {
    env: options.env ?? {},
    cwd: options.cwd ?? '/nowhere',
    stdin: Object.assign(stdin, { isTTY }) as unknown as NodeJS.ReadStream,
    stdout: Object.assign(stdout, { isTTY: screen, ...size }) as unknown as NodeJS.WriteStream,
    stderr: Object.assign(stderr, { isTTY }) as unknown as NodeJS.WriteStream,
    actor: 'tester@host',
    interruptSignal: () => options.interrupt ?? new AbortController().signal,
  });
  return { code, ...texts };
}
