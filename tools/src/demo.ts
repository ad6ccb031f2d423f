import { parseDemoOptions, demoUsage, UsageError } from './demo-options.ts';
import { runDemo } from './run-demo.ts';

try {
  const options = parseDemoOptions(process.argv.slice(2), process.stdout.isTTY);
  if (options === undefined) console.log(demoUsage);
  else process.exitCode = await runDemo(options, process.env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof UsageError) console.error(`\n${demoUsage}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
