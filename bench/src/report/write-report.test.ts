import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunRecord } from './run-record.ts';
import { writeReport } from './write-report.ts';

const record: RunRecord = {
  part: 'sessions',
  title: 'Real sessions',
  quick: false,
  startedAt: '2026-01-02T03:04:05Z',
  took: 120,
  machine: { cpu: 'Some CPU', cores: 2, memoryGiB: 8, system: 'Linux x64', node: 'v20.20.2' },
  load: 0.1,
  warning: undefined,
  commit: undefined,
  report: {
    settings: { sizes: '0, 50' },
    tables: [{ title: 'Memory', columns: ['sessions', 'RSS'], rows: [['50', '120']] }],
    plots: [{ name: 'memory', title: 'RSS over sessions', svg: '<svg/>' }],
    figures: { P7: { value: 200, unit: 'MiB', goal: '≤ 250', met: true } },
    notes: [],
    data: { readings: [1, 2] },
  },
};

let path: string;
const folder = () => pathToFileURL(`${path}/`);
const read = async (file: string) => await readFile(join(path, file), 'utf8');
const figures = async () => JSON.parse(await read('latest.json')) as Record<string, unknown>;

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'dripfleet-report-'));
});
afterEach(async () => {
  await rm(path, { recursive: true });
});

it('writes the page, every measurement and the plots that the page shows', async () => {
  expect(await writeReport(record, folder())).toBe('sessions.md');
  expect(await read('sessions.md')).toContain('![RSS over sessions](sessions-memory.svg)');
  expect(await read('sessions-memory.svg')).toBe('<svg/>');
  expect(JSON.parse(await read('sessions.json'))).toMatchObject({
    report: { data: { readings: [1, 2] } },
  });
});

// Two engineers measure two parts; the later one must not take away what the earlier one found.
it('keeps the figures of other parts, and replaces its own', async () => {
  const other = { value: 1, unit: 'µs', goal: '≤ 2', met: true };
  await writeFile(join(path, 'latest.json'), JSON.stringify({ P10: other, P2: other, P7: other }));
  await writeReport(record, folder());
  expect(Object.entries(await figures())).toEqual([
    ['P2', other],
    ['P7', record.report.figures['P7']],
    ['P10', other],
  ]);
});

// A quick look must never become a figure that is quoted.
it('a quick run leaves the whole run and the figures as they were', async () => {
  await writeReport(record, folder());
  const before = await Promise.all([read('sessions.md'), read('sessions.json'), figures()]);
  const figure = { value: 999, unit: 'MiB', goal: '≤ 250', met: false };
  const report = { ...record.report, figures: { P7: figure } };
  await writeReport({ ...record, report, quick: true, took: 1 }, folder());
  const after = await Promise.all([read('sessions.md'), read('sessions.json'), figures()]);
  expect(after).toEqual(before);
  expect(await read('sessions.quick.md')).toContain('Not to be quoted');
  expect(await readdir(path)).toContain('sessions.quick-memory.svg');
});

it('does not write over figures that it can not read', async () => {
  await writeFile(join(path, 'latest.json'), '{"P1": {"value"');
  await expect(writeReport(record, folder())).rejects.toThrow(SyntaxError);
  expect(await read('latest.json')).toBe('{"P1": {"value"');
});
