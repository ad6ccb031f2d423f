import { createReadStream } from 'node:fs';
import { InputError } from './input-error.ts';

/**
 * Calls `take` with every whole line of a file and its number from 1, without ever holding the file in memory; `bytes`
 * says where to stop reading a file that grows.
 *
 * Returns what follows the last newline: empty, or a line torn by a crash or still being written. Throws `InputError`
 * when the file cannot be read.
 */
export async function readLines(
  path: string,
  take: (line: string, number: number) => void,
  bytes = Number.POSITIVE_INFINITY,
): Promise<{ torn: string; lines: number }> {
  let rest = '';
  let number = 0;
  for await (const chunk of readChunks(path, bytes)) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      number += 1;
      take(line, number);
    }
  }
  return { torn: rest, lines: number };
}

async function* readChunks(path: string, bytes: number): AsyncGenerator<string> {
  if (bytes === 0) return;
  const stream = createReadStream(path, {
    encoding: 'utf8',
    highWaterMark: 1024 * 1024,
    end: bytes - 1,
  });
  try {
    for await (const chunk of stream) yield chunk as string;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new InputError(`${path} cannot be read: ${problem}`, { cause: error });
  }
}
