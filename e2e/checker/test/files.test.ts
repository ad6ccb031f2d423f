import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../ledger-event.ts';
import { readLedger } from '../read-ledger.ts';
import { readPlan } from '../read-plan.ts';
import { ana, cap, goodRun, number, one, plan, send } from './run-builder.ts';

describe('files', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'checker-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function write(name: string, lines: readonly unknown[], end = '\n'): string {
    const path = join(folder, name);
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
    writeFileSync(path, text.join('\n') + end);
    return path;
  }

  const planLines = [
    { caps: [{ max: cap.max, window_ms: cap.windowMs }], devices: plan.devices },
    ...plan.contacts,
  ];
  it('are read as they were written', async () => {
    expect(await readPlan(write('plan', planLines))).toEqual(plan);
    expect(await readAll(write('ledger', number(goodRun())))).toEqual(number(goodRun()));
  });

  it('of a plan may name the confirmation of opt-outs', async () => {
    const [head, ...contacts] = planLines;
    const path = write('confirmed', [{ ...head, confirmation: 'You are out.' }, ...contacts]);
    expect(await readPlan(path)).toEqual({ ...plan, confirmation: 'You are out.' });
  });

  it('are read across the borders of chunks, with letters of several bytes', async () => {
    const texts = Array.from({ length: 40 }, (_, i) => `${i}: ${'ñ€😀'.repeat(9_000 + i)}`);
    const events = number(texts.map((text, i) => send(i, text)));
    expect(await readAll(write('long', events))).toEqual(events);
  });

  it('keep unknown events out of the way', async () => {
    const lines = ['paired', 'unpaired', 'renamed'].map((event, i) => ({
      t: 1,
      n: i + 1,
      event,
      device: one,
    }));
    expect((await readAll(write('more', lines))).map(({ event }) => event)).toEqual([
      'paired',
      'unpaired',
      'other',
    ]);
  });

  it.each([
    ['no JSON', ['{"t":1,"n":1,"event":"start"}', 'oops'], ':2: not JSON: oops'],
    [
      'a line that is missing',
      [
        { t: 1, n: 1, event: 'start' },
        { t: 1, n: 3, event: 'start' },
      ],
      ':2: n is 3 after 1',
    ],
    [
      'a clock that went back',
      [
        { t: 5, n: 1, event: 'start' },
        { t: 1, n: 2, event: 'start' },
      ],
      ':2: t goes back by 4 ms',
    ],
    [
      'a field of the wrong kind',
      [{ t: 1, n: 1, event: 'connect', device: one, conn: '1' }],
      ':1: "conn" must be a whole number',
    ],
    [
      'an outcome nobody knows',
      [{ ...number([send(0, 'x')])[0], outcome: 'lost' }],
      ':1: "outcome" must be one of',
    ],
  ])('of a ledger with %s are refused with their place', async (_name, lines, message) => {
    await expect(readAll(write('bad', lines))).rejects.toThrow(message);
  });

  it('with a torn last line are refused, unless the run goes on', async () => {
    const path = write('torn', [...number(goodRun()), '{"t":17640'], '');
    await expect(readAll(path)).rejects.toThrow(':9: the last line is torn');
    expect(await readAll(path, true)).toEqual(number(goodRun()));
  });

  it.each([
    ['nothing', [], 'a plan begins with caps and devices'],
    ['no contact', planLines.slice(0, 1), 'a plan without contacts proves nothing'],
    [
      'two equal texts',
      [planLines[0], { to: ana, device: one, texts: ['a', 'a'] }],
      ':2: two texts for +15559990001 are equal',
    ],
    [
      'a step that reads like the confirmation',
      [
        { ...planLines[0], confirmation: 'a' },
        { to: ana, device: one, texts: ['a'] },
      ],
      ':2: a text for +15559990001 is that of the confirmation',
    ],
    [
      'a confirmation that is no text',
      [{ ...planLines[0], confirmation: 1 }],
      ':1: "confirmation" must be text',
    ],
    ['a contact twice', [...planLines, planLines[1]], ':5: +15559990001 is planned twice'],
    [
      'a device not listed',
      [planLines[0], { to: ana, device: '+15550000009', texts: ['a'] }],
      ':2: +15550000009 is not among',
    ],
    [
      'a cap of nothing',
      [{ caps: [{ max: 0, window_ms: 1 }], devices: [] }],
      ':1: "max" must be a whole number, 1 or more',
    ],
    [
      'a text that is none',
      [planLines[0], { to: ana, device: one, texts: ['a', 1] }],
      ':2: "texts[1]"',
    ],
  ])('of a plan with %s are refused with their place', async (_name, lines, message) => {
    await expect(
      readPlan(write('bad-plan', lines, lines.length === 0 ? '' : '\n')),
    ).rejects.toThrow(message);
  });

  it('are judged by a command that exits 0, 1 or 2 and says why', () => {
    const good = write('good.jsonl', number(goodRun()));
    write('good.jsonl.plan.jsonl', planLines);
    const passed = check('--ledger', good);
    expect(passed.stdout).toContain('✓ every step once, in order, within the caps');
    expect(passed.stdout).toContain('fullest window 3, 1 devices reached the cap');
    expect(passed.status).toBe(0);

    const bad = write('bad.jsonl', number([...goodRun(), send(2_500, 'Hi Ana', { id: 'X' })]));
    const failed = check('--ledger', bad, '--plan', `${good}.plan.jsonl`, '--json');
    expect(JSON.parse(failed.stdout)).toMatchObject({ ok: false, counts: { second_id: 1 } });
    expect(failed.status).toBe(1);

    const lost = check('--ledger', join(folder, 'nowhere'), '--plan', `${good}.plan.jsonl`);
    expect(lost.stderr).toContain('nowhere cannot be read');
    expect(lost.status).toBe(2);
    expect(check('--leger', good).status).toBe(2);
  });
});

async function readAll(path: string, partial = false): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  await readLedger(path, { partial }, (event) => events.push(event));
  return events;
}

function check(...args: string[]) {
  const main = new URL('../main.ts', import.meta.url).pathname;
  return spawnSync(process.execPath, ['--import', 'tsx', main, ...args], { encoding: 'utf8' });
}
