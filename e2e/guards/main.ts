import { guardUsage, parseGuardOptions, UsageError } from './guard-options.ts';
import { formatResult, runGuards } from './run-guards.ts';

/** `npm run guards` starts it in the repository's root. */
const root = process.cwd();

try {
  const options = parseGuardOptions(process.argv.slice(2));
  if (options === undefined) tell(guardUsage);
  else if (options.list)
    for (const { id, without } of options.guards) tell(`${id.padEnd(42)} ${without}`);
  else process.exitCode = await report(options);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function report({ guards, jobs }: NonNullable<ReturnType<typeof parseGuardOptions>>) {
  const results = await runGuards({ root, guards, jobs, tell });
  const count = (kind: string) => results.filter(({ outcome }) => outcome.kind === kind).length;
  const open = results.filter(({ outcome }) => !['caught', 'shielded'].includes(outcome.kind));
  tell('');
  for (const result of open) tell(formatResult(result));
  const [caught, shielded, survived, broken] = ['caught', 'shielded', 'survived', 'broken'].map(
    count,
  );
  tell(
    `${results.length} guards: ${caught} caught, ${shielded} shielded, ${survived} survived, ${broken} broken`,
  );
  return open.length === 0 ? 0 : 1;
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}
