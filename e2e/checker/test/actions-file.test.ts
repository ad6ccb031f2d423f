import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readActions } from '../read-actions.ts';
import { ana, goodRun, number, one, plan, send, two } from './run-builder.ts';

const begun = { t: 1, action: 'fault', fault: 1, kind: 'worker_killed', devices: [one] };
const over = { t: 2, action: 'fault_end', fault: 1, kind: 'worker_killed' };

describe('the log of actions', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'checker-actions-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function write(name: string, lines: readonly unknown[], end = '\n'): string {
    const path = join(folder, name);
    writeFileSync(path, lines.map((line) => JSON.stringify(line)).join('\n') + end);
    return path;
  }

  const read = async (path: string, partial = false) => await readActions(path, { plan, partial });

  it('is read as it was written', async () => {
    const lines = [
      begun,
      over,
      { t: 2, action: 'fault', fault: 2, kind: 'redis_restarted', devices: 'all' },
      { t: 3, action: 'pause', devices: [one, two] },
      { t: 4, action: 'resume', devices: [one] },
      { t: 5, action: 'opt_out', to: ana },
    ];
    expect(await read(write('good', lines))).toEqual(lines);
    const caps = [{ max: 2, window_ms: 1_000 }];
    const changed = { t: 6, action: 'caps', devices: [one], caps };
    expect(await read(write('caps', [changed]))).toEqual([
      { ...changed, caps: [{ max: 2, windowMs: 1_000 }] },
    ]);
    expect(await read(write('none', [], ''))).toEqual([]);
  });

  // Whatever is misread here would excuse what it should not, or nobody.
  it.each([
    ['no object', [1], ':1: a line must be a JSON object'],
    ['an action nobody knows', [{ t: 1, action: 'drop' }], ':1: "action" must be one of fault, '],
    ['no time', [{ ...begun, t: undefined }], ':1: "t" must be a whole number'],
    ['a time that goes back', [begun, { ...over, t: 0 }], ':2: t goes back by 1 ms'],
    [
      'a kind nobody knows',
      [{ ...begun, kind: 'worker_kiled' }],
      ':1: "kind" is "worker_kiled"; it must be one of worker_killed, ',
    ],
    [
      'a fault without a number',
      [{ ...begun, fault: 0 }],
      ':1: "fault" must be a whole number, 1 or more',
    ],
    [
      'a fault without devices',
      [{ ...begun, devices: 'some' }],
      ':1: "devices" must be a list, or "all"',
    ],
    ['a device that is no number', [{ ...begun, devices: ['one'] }], ':1: "devices[0]"'],
    [
      'a device that is not planned',
      [{ ...begun, devices: ['+15550000009'] }],
      ":1: +15550000009 is not among the plan's devices",
    ],
    ['a fault numbered twice', [begun, begun], ':2: fault 1 begins twice'],
    ['an end without a fault', [over], ':1: fault 1 ends before it begins'],
    [
      'an end of another kind',
      [begun, { ...over, kind: 'redis_x' }],
      ':2: fault 1 began as worker_killed',
    ],
    ['two ends of a fault', [begun, over, over], ':3: fault 1 ends twice'],
    ['a pause of all', [{ t: 1, action: 'pause', devices: 'all' }], ':1: "devices" must be a list'],
    [
      'no caps',
      [{ t: 1, action: 'caps', devices: [one], caps: [] }],
      ':1: "caps" must name at least one',
    ],
    [
      'a cap of nothing',
      [{ t: 1, action: 'caps', devices: [one], caps: [{ max: 0, window_ms: 1 }] }],
      ':1: "max" must be a whole number, 1 or more',
    ],
    [
      'an opt-out of nobody',
      [{ t: 1, action: 'opt_out', to: 'Ana' }],
      ':1: "to" must be a number as +E164',
    ],
  ])('with %s is refused with its place', async (_name, lines, message) => {
    await expect(read(write('bad', lines))).rejects.toThrow(message);
  });

  it('with a torn last line is refused, unless the run goes on', async () => {
    const path = write('torn', [begun, over], '\n{"t":3,"act');
    await expect(read(path)).rejects.toThrow(':3: the last line is torn');
    expect(await read(path, true)).toEqual([begun, over]);
  });

  it('is taken from beside the ledger, or from where it is said to be', () => {
    const ledger = write('run', number([...goodRun(), send(2_500, 'Bye Ben')]));
    write('run.plan.jsonl', [
      { caps: [{ max: 3, window_ms: 1_000 }], devices: plan.devices },
      ...plan.contacts,
    ]);
    expect(check('--ledger', ledger).status).toBe(0);

    write('run.actions.jsonl', [], '');
    const unexplained = check('--ledger', ledger, '-o', 'json');
    expect(JSON.parse(unexplained.stdout)).toMatchObject({ counts: { unexplained_repeat: 1 } });
    expect(unexplained.status).toBe(1);

    const t = 1_764_000_002_000;
    const named = write('named', [{ ...begun, t }]);
    expect(check('--ledger', ledger, '--actions', named).status).toBe(0);
    const asked = check('--ledger', ledger, '--actions', named, '--goals', 'r5');
    expect(asked.stdout).toContain('R5 not held');
    expect(asked.status).toBe(1);

    const nowhere = check('--ledger', ledger, '--actions', join(folder, 'nowhere'));
    expect(nowhere.stderr).toContain('nowhere cannot be read');
    expect(nowhere.status).toBe(2);
    expect(check('--ledger', ledger, '--goals', 'r7').stderr).toContain('--goals "r7"');
    expect(check('--ledger', ledger, '--fault-grace-ms', '1m').status).toBe(2);
  });
});

function check(...args: string[]) {
  const main = new URL('../main.ts', import.meta.url).pathname;
  return spawnSync(process.execPath, ['--import', 'tsx', main, ...args], { encoding: 'utf8' });
}
