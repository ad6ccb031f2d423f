import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Cleanup, Screen } from '@dripfleet/tools';

import type { DrillOptions } from './drill-options.ts';
import type { Drill } from './drill.ts';
import { type DrillResult, exitCodeOf } from './report/drill-result.ts';
import { formatResult } from './report/format-result.ts';
import { describeMachine } from './report/machine.ts';
import { saveResults } from './report/save-results.ts';

/** Committed, and read by people. */
const resultsFile = fileURLToPath(new URL('../../results/drills.json', import.meta.url));

/** Runs the drills one after another; the exit code is 0 when everything was reached. */
export async function runDrills(
  { drills, save, report }: DrillOptions,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const screen = new Screen();
  const cleanup = new Cleanup();
  const results: DrillResult[] = [];
  const versions: Record<string, string> = {};
  for (const drill of drills) {
    const onServers = (found: Readonly<Record<string, string>>) => Object.assign(versions, found);
    results.push(await runDrill(drill, { env, screen, cleanup, onServers }));
  }
  if (save) {
    const date = new Date().toISOString().slice(0, 10);
    saveResults(resultsFile, results, { machine: describeMachine(versions), date });
    screen.say('wrote e2e/results/drills.json');
  }
  return exitCodeOf(results, report);
}

type Run = Readonly<{
  env: NodeJS.ProcessEnv;
  screen: Screen;
  cleanup: Cleanup;
  onServers(versions: Readonly<Record<string, string>>): void;
}>;

async function runDrill(drill: Drill, run: Run): Promise<DrillResult> {
  const { screen, cleanup } = run;
  const { name, title, setting } = drill;
  const problems: string[] = [];
  const before = readLoad();
  screen.say(`${name}: ${title}`);
  try {
    const figures = await drill.run({ ...run, onProblem: (what) => problems.push(what) });
    const load = { before, after: readLoad() };
    const result = { drill: name, title, setting, load, figures, problems };
    screen.print(`\n${formatResult(result)}\n`);
    return result;
  } finally {
    await cleanup.run();
  }
}

const readLoad = (): number => Math.round((loadavg()[0] ?? 0) * 10) / 10;
