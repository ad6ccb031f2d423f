import { Console } from 'node:console';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { quietLibsignal } from './quiet-libsignal.ts';

type Printer = (target: Console, ...args: unknown[]) => void;

test('what libsignal prints is dropped, whichever way; what others print stays', async () => {
  // Guards: private keys in the log of a worker.
  const { printed, target } = recordingConsole();
  quietLibsignal(target);
  quietLibsignal(target);
  const libsignal = await printerIn('libsignal/src');
  const another = await printerIn('another-library');
  libsignal(target, 'Closing session:', { privKey: Buffer.from('secret') });
  another(target, 'hello');
  target.info('from here');
  const kinds = 5;
  expect(printed()).toBe(`${'hello\n'.repeat(kinds)}from here\n`);
});

test('where no caller can be seen nothing is printed', () => {
  const { printed, target } = recordingConsole();
  quietLibsignal(target);
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    target.info('anything');
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  expect(printed()).toBe('');
});

/** A function of a module in a folder of this name, that prints in every way there is. */
async function printerIn(folder: string): Promise<Printer> {
  const root = await mkdtemp(path.join(tmpdir(), 'dripfleet-printer-'));
  await mkdir(path.join(root, folder), { recursive: true });
  const file = path.join(root, folder, 'printer.mjs');
  const ways = ['debug', 'log', 'info', 'warn', 'error'];
  const calls = ways.map((way) => `target.${way}(...args);`).join(' ');
  await writeFile(file, `export const print = (target, ...args) => { ${calls} };`);
  const module = (await import(pathToFileURL(file).href)) as { print: Printer };
  await rm(root, { recursive: true });
  return module.print;
}

function recordingConsole() {
  const stream = new PassThrough();
  const target = new Console({ stdout: stream, stderr: stream });
  return { target, printed: () => String(stream.read() ?? '') };
}
