import { runSoak } from './run-soak.ts';
import { parseSoakOptions, soakUsage, UsageError } from './soak-options.ts';

try {
  const options = parseSoakOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(`${soakUsage}\n`);
  else process.exitCode = await runSoak(options, process.env);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof UsageError) process.stderr.write(`\n${soakUsage}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
