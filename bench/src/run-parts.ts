import { performance } from 'node:perf_hooks';
import pc from 'picocolors';
import { Cleanup } from './cleanup.ts';
import type { Part, PartContext } from './part.ts';
import { describeMachine, findCommit, readLoad } from './report/machine.ts';
import type { RunRecord } from './report/run-record.ts';
import { plainTable } from './report/table.ts';
import { updateFigures } from './report/readme-figures.ts';
import { writeReport } from './report/write-report.ts';

export type RunOptions = Readonly<{
  quick: boolean;
  env: NodeJS.ProcessEnv;
  /** Where the reports go. */
  folder: URL;
  /** The page that shows the latest figures. */
  readme: URL;
  print(text: string): void;
}>;

/** Measures one part after the other, and prints and writes what each found. Throws for the first that fails. */
export async function runParts(parts: readonly Part[], options: RunOptions): Promise<void> {
  for (const part of parts) {
    const record = await runPart(part, options);
    const page = await writeReport(record, options.folder);
    if (!record.quick) await updateFigures(options.readme, options.folder);
    options.print(summary(record, page));
  }
}

async function runPart(part: Part, { quick, env, print }: RunOptions): Promise<RunRecord> {
  const cleanup = new Cleanup();
  const unlisten = cleanup.listen();
  const machine = describeMachine();
  const { load, warning } = readLoad(machine.cores);
  const started = performance.now();
  const say = (line: string) => {
    const seconds = ((performance.now() - started) / 1_000).toFixed(0);
    print(`${pc.dim(`${seconds.padStart(5)}s`)}  ${line}`);
  };
  const startedAt = new Date().toISOString();
  print(pc.bold(`${part.name}: ${part.title}`));
  if (warning !== undefined) print(pc.yellow(warning));
  const context: PartContext = {
    quick,
    env,
    signal: cleanup.signal,
    say,
    onEnd: (step) => cleanup.add(step),
    abort: (reason) => cleanup.abort(reason),
  };
  try {
    const report = await endingEarly(part.run(context), cleanup.signal);
    return {
      part: part.name,
      title: part.title,
      quick,
      startedAt,
      machine,
      load,
      warning,
      report,
      took: Math.round((performance.now() - started) / 1_000),
      commit: await findCommit(new URL('.', import.meta.url)),
    };
  } finally {
    for (const failure of await cleanup.run()) print(`clean-up: ${String(failure)}`);
    unlisten();
  }
}

/** What was aborted fails for that reason, not for what the reason made fail first. */
async function endingEarly<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

function summary({ report, warning }: RunRecord, page: string): string {
  const goals = Object.entries(report.figures).map(([id, { value, unit, goal, met, ratio }]) => {
    const verdict = met ? pc.green('reached') : pc.red('not reached');
    return `${id}  ${value} ${unit} (${goal}) ${verdict}${ratio === undefined ? '' : `, ${ratio} × better than the baseline`}`;
  });
  return [
    ...report.tables.flatMap((table) => ['', pc.bold(table.title), plainTable(table)]),
    '',
    ...goals,
    ...(warning === undefined ? [] : [pc.yellow(warning)]),
    `bench/results/${page}`,
  ].join('\n');
}
