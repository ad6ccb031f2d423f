import { drillUsage, parseDrillOptions, UsageError } from './drill-options.ts';
import { runDrills } from './run-drills.ts';

try {
  const options = parseDrillOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(`${drillUsage}\n`);
  else process.exitCode = await runDrills(options, process.env);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof UsageError) process.stderr.write(`\n${drillUsage}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
