import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import type { Figure } from './figure.ts';
import { markdownReport } from './markdown-report.ts';
import type { RunRecord } from './run-record.ts';

/**
 * Writes the record, its page and its plots into `folder`, in the place of those of an earlier run, and the figures of a
 * whole run into `latest.json`. Returns the page's name.
 */
export async function writeReport(record: RunRecord, folder: URL): Promise<string> {
  await mkdir(folder, { recursive: true });
  const name = record.quick ? `${record.part}.quick` : record.part;
  const { plots, ...report } = record.report;
  const plotFile = (plot: string) => `${name}-${plot}.svg`;
  const write = async (file: string, text: string) => {
    await writeFile(new URL(file, folder), text);
  };
  for (const { name: plot, svg } of plots) await write(plotFile(plot), svg);
  await write(`${name}.json`, json({ ...record, report }));
  await write(`${name}.md`, markdownReport(record, plotFile));
  if (!record.quick) await mergeFigures(new URL('latest.json', folder), record.report.figures);
  return `${name}.md`;
}

/** What other parts found stays. Throws for a file that is not what this writes, and leaves it. */
async function mergeFigures(file: URL, figures: Readonly<Record<string, Figure>>): Promise<void> {
  const known = await readFigures(file);
  const merged = Object.entries({ ...known, ...figures }).toSorted(([a], [b]) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  // A run that is cut off here must not take the other parts' figures with it.
  const draft = new URL(`${file.href}.new`);
  await writeFile(draft, json(Object.fromEntries(merged)));
  await rename(draft, file);
}

async function readFigures(file: URL): Promise<object> {
  try {
    const known: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof known === 'object' && known !== null && !Array.isArray(known)) return known;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
  throw new Error('latest.json holds no figures');
}

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
