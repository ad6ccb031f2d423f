import { performance } from 'node:perf_hooks';
import { Cleanup } from '../cleanup.ts';
import type { PartContext } from '../part.ts';
import { openPicturesLab } from './open-pictures-lab.ts';
import { takePictures } from './take-pictures.ts';

/** Takes the README's pictures of a fleet at work on the simulated network. */
async function run(env: NodeJS.ProcessEnv, folder: URL): Promise<void> {
  const cleanup = new Cleanup();
  const unlisten = cleanup.listen();
  const context: PartContext = {
    quick: false,
    env,
    signal: cleanup.signal,
    say: (line) => print(`${(performance.now() / 1_000).toFixed(0).padStart(5)}s  ${line}`),
    onEnd: (step) => cleanup.add(step),
    abort: (reason) => cleanup.abort(reason),
  };
  try {
    await takePictures(await openPicturesLab(context), { context, folder });
  } finally {
    for (const failure of await cleanup.run()) print(`clean-up: ${String(failure)}`);
    unlisten();
  }
}

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

try {
  // oxlint-disable-next-line node/no-process-env -- the entry alone reads it, and hands it on
  await run(process.env, new URL('../../../docs/pictures/', import.meta.url));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
