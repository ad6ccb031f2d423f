import type { Cli } from './cli.ts';
import { CommandError } from './command-error.ts';
import { readTextFile } from './read-text-file.ts';

/** More names than any fleet has. */
const bytesMax = 4 * 1024 * 1024;

/**
 * Names from a file, one a line, as `-o name` prints them; `-` is what is piped in. Blank lines and those that begin with `#`
 * are left out. Throws `CommandError`, also when nothing is left: nobody who names a file means no device, or all of them.
 */
export async function readNames({ runtime }: Cli, file: string): Promise<readonly string[]> {
  const text =
    file === '-'
      ? await readPipe(runtime.stdin)
      : await readTextFile(file, { cwd: runtime.cwd, bytesMax });
  const names = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (names.length > 0) return names;
  throw new CommandError('usage', `${file === '-' ? 'what is piped in' : file} names no device`);
}

async function readPipe(stdin: NodeJS.ReadStream): Promise<string> {
  if (stdin.isTTY)
    throw new CommandError('usage', '-f - reads names from a pipe, and nothing is piped in');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const part = Buffer.from(chunk as Buffer | string);
    bytes += part.length;
    if (bytes > bytesMax)
      throw new CommandError('failed', `what is piped in is larger than ${bytesMax / 1024} KiB`);
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}
