import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Ledger, openLedger } from './ledger.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  file = join(folder, 'ledger.jsonl');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const device = '+15550000001';

async function written(ledger: Ledger): Promise<void> {
  await new Promise<void>((resolve) => {
    ledger.whenWritten(resolve);
  });
}

function lines(): Record<string, unknown>[] {
  const text = readFileSync(file, 'utf8').trimEnd();
  return text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
}

it('writes lines in order, numbered from 1, before it calls back', async () => {
  const ledger = openLedger(file, () => 1_764_000_000_000);
  ledger.append({ event: 'connect', device, conn: 1 });
  ledger.append({ event: 'disconnect', device, conn: 1, code: 1006 });
  await written(ledger);
  expect(readFileSync(file, 'utf8')).toBe(
    '{"t":1764000000000,"n":1,"event":"connect","device":"+15550000001","conn":1}\n' +
      '{"t":1764000000000,"n":2,"event":"disconnect","device":"+15550000001","conn":1,"code":1006}\n',
  );
  ledger.close();
});

it('writes nothing before the turn of the event loop ends, then all at once', async () => {
  const ledger = openLedger(file);
  const seen: number[] = [];
  ledger.append({ event: 'connect', device, conn: 1 });
  ledger.whenWritten(() => seen.push(lines().length));
  ledger.append({ event: 'connect', device, conn: 2 });
  expect(readFileSync(file, 'utf8')).toBe('');
  await written(ledger);
  expect(seen).toEqual([2]);
  ledger.close();
});

it('never lets t go back, whatever the clock does', async () => {
  const clock = [50, 40, 60];
  const ledger = openLedger(file, () => clock.shift() ?? 0);
  for (const conn of [1, 2, 3]) ledger.append({ event: 'connect', device, conn });
  await written(ledger);
  expect(lines().map(({ t }) => t)).toEqual([50, 50, 60]);
  ledger.close();
});

it('has everything in the file once it is closed, and has called back whoever waited', () => {
  const ledger = openLedger(file);
  let called = false;
  ledger.append({ event: 'connect', device, conn: 1 });
  ledger.whenWritten(() => {
    called = true;
    ledger.append({ event: 'disconnect', device, conn: 1, code: 1001 });
  });
  ledger.close();
  expect(called).toBe(true);
  expect(lines().map(({ event }) => event)).toEqual(['connect', 'disconnect']);
});

it('continues a ledger after its last whole line and says so', () => {
  writeFileSync(file, '{"t":1,"n":1,"event":"start"}\n{"t":900,"n":2,"event":"start"}\n');
  appendFileSync(file, '{"t":901,"n":3,"eve');
  const ledger = openLedger(file, () => 5);
  ledger.append({ event: 'connect', device, conn: 1 });
  ledger.close();
  expect(lines().map(({ t, n, event }) => [t, n, event])).toEqual([
    [1, 1, 'start'],
    [900, 2, 'start'],
    [900, 3, 'start'],
    [900, 4, 'connect'],
  ]);
});

it.each(['name,phone\nAna,+15559990001\n', 'no newline at all', '\n', '{"n":"1"}\n'])(
  'refuses to write into a file that is no ledger: %j',
  (content) => {
    writeFileSync(file, content);
    expect(() => openLedger(file)).toThrow(`${file} is not a ledger`);
    expect(readFileSync(file, 'utf8')).toBe(content);
  },
);

it('calls back without a file, too', async () => {
  const ledger = openLedger(undefined);
  ledger.append({ event: 'connect', device, conn: 1 });
  await written(ledger);
  expect(ledger.length).toBe(1);
  ledger.close();
});
