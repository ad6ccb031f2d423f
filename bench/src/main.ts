import { benchUsage, parseBenchOptions, UsageError } from './bench-options.ts';
import { parts } from './parts.ts';
import { runParts } from './run-parts.ts';

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

try {
  const options = parseBenchOptions(process.argv.slice(2), parts);
  if (options.kind === 'help') print(benchUsage(parts));
  else {
    // oxlint-disable-next-line node/no-process-env -- the entry alone reads it, and hands it on
    const { env } = process;
    const folder = new URL('../results/', import.meta.url);
    const readme = new URL('../../README.md', import.meta.url);
    await runParts(options.parts, { quick: options.quick, env, folder, readme, print });
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
