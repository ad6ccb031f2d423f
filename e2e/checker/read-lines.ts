import { createReadStream } from 'node:fs';
import { InputError } from './input-error.ts';

/**
 * Calls `take` with every whole line of a file and its number from 1, without ever holding the file in memory.
 *
 * Returns what follows the last newline: empty, or a line torn by a crash or still being written. Throws `InputError`
 * when the file cannot be read.
 */
export async function readLines(
  path: string,
  take: (line: string, number: number) => void,
): Promise<{ torn: string; lines: number }> {
  let rest = '';
  let number = 0;
  for await (const chunk of readChunks(path)) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      number += 1;
      take(line, number);
    }
  }
  return { torn: rest, lines: number };
}

async function* readChunks(path: string): AsyncGenerator<string> {
  const stream = createReadStream(path, { encoding: 'utf8', highWaterMark: 1024 * 1024 });
  try {
    for await (const chunk of stream) yield chunk as string;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new InputError(`${path} cannot be read: ${problem}`, { cause: error });
  }
}
