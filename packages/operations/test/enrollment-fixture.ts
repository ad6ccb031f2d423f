import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '@dripfleet/store';
import { createTestDatabase, runSql } from '@dripfleet/testkit';
import {
  applySequence,
  importContacts,
  type ImportOutcome,
  type ImportRequest,
  parseSequenceFile,
  type RejectedRow,
} from '../src/index.ts';

/** A database to enroll into, and the shortest ways to the states that matter there. */
export type EnrollmentFixture = Readonly<{
  db: Database;
  url: string;
  sql<Row extends Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<readonly Row[]>;
  /** Publishes a sequence of two steps, hello at once and tip after a day. */
  addSequence(name: string, fields?: string): Promise<void>;
  addDevice(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  /** Imports these bytes. */
  importText(
    sequence: string,
    content: string | Buffer,
    more?: Partial<ImportRequest>,
  ): Promise<{ outcome: ImportOutcome; rejected: readonly RejectedRow[] }>;
  /** Writes a file and returns its path. */
  file(content: string | Buffer): Promise<string>;
  close(): Promise<void>;
}>;

export async function openEnrollmentFixture(): Promise<EnrollmentFixture> {
  const { url, drop } = await createTestDatabase();
  const db = openDatabase({ url, applicationName: 'test', connectionsMax: 8 });
  const folder = await mkdtemp(join(tmpdir(), 'dripfleet-import-'));
  let files = 0;
  const file = async (content: string | Buffer) => {
    const path = join(folder, `${(files += 1)}.csv`);
    await writeFile(path, content);
    return path;
  };
  return {
    db,
    url,
    file,
    sql: async (text, values) => await runSql(url, text, values),
    addSequence: async (name, fields = '') => {
      const parsed = parseSequenceFile(sequenceText(name, fields));
      if (parsed.kind === 'refused') throw new Error(JSON.stringify(parsed.problems));
      await applySequence(db, { ...parsed, actor: 'test' });
    },
    addDevice: async (name, labels = {}) => {
      const [row] = await runSql<{ id: string }>(
        url,
        'insert into devices (name, labels) values ($1, $2) returning id',
        [name, labels],
      );
      return Number(row?.id);
    },
    importText: async (sequence, content, more = {}) => {
      const rejected: RejectedRow[] = [];
      const outcome = await importContacts(db, {
        sequence,
        path: await file(content),
        actor: 'test',
        onRejected: (row) => void rejected.push(row),
        ...more,
      });
      return { outcome, rejected };
    },
    close: async () => {
      await db.close();
      await drop();
      await rm(folder, { recursive: true });
    },
  };
}

export function sequenceText(name: string, fields = '', hello = 'Hi'): string {
  return `name: ${name}
${fields}
steps:
  - { key: hello, delay: 0s, text: '${hello}' }
  - { key: tip, delay: 1d, text: 'A tip' }
`;
}

/** A CSV of so many people, numbered from `first`. */
export function people(count: number, first = 0): string {
  const rows = Array.from({ length: count }, (_, index) => `${phoneOf(first + index)},web form`);
  return ['phone,consent_source', ...rows, ''].join('\n');
}

export const phoneOf = (number: number) => `+1555${String(number).padStart(7, '0')}`;
