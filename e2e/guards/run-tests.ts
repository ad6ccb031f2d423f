import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { TestReport } from './judge-run.ts';
import type { Lab } from './open-labs.ts';

export type TestSelection = Readonly<{
  file: string;
  /** Only tests whose full name holds one of these; empty: all. */
  names: readonly string[];
}>;

/** A file's tests take seconds, or half a minute where one waits in vain. */
const longest = 240_000;

/** Runs tests in a copy; undefined when they did not end, or wrote no report. */
export async function runTests(
  { root, databaseUrl, redisUrl }: Lab,
  { file, names }: TestSelection,
): Promise<TestReport | undefined> {
  const output = path.join(root, 'report.json');
  await rm(output, { force: true });
  const pattern = names.map(literally).join('|');
  const child = spawn(
    process.execPath,
    [
      path.join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      file,
      `--project=${projectOf(file)}`,
      '--reporter=json',
      `--outputFile=${output}`,
      ...(pattern === '' ? [] : ['-t', pattern]),
    ],
    {
      cwd: root,
      env: { ...process.env, TEST_DATABASE_URL: databaseUrl, TEST_REDIS_URL: redisUrl },
      stdio: 'ignore',
      detached: true,
    },
  );
  const timer = setTimeout(() => killGroup(child.pid), longest);
  await once(child, 'exit');
  clearTimeout(timer);
  return await readReport(output);
}

function projectOf(file: string): 'unit' | 'integration' | 'e2e' {
  if (file.startsWith('e2e/')) return 'e2e';
  return file.includes('/test/') ? 'integration' : 'unit';
}

const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What the tests started ends with them. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended in this moment.
  }
}

async function readReport(file: string): Promise<TestReport | undefined> {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- vitest's own format
    return JSON.parse(await readFile(file, 'utf8')) as TestReport;
  } catch {
    return undefined;
  }
}
